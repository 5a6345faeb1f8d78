/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What every executor must do, as tests. A program gives a row for each kind of executor; all tests
 * are then registered as /executor/NAME/... and run against it. Rows are all that tells executors
 * apart: the tests see the future's side only, and works are told and tell by data. */

#include "test-operations.h"
#include "thimble-executor.h"
#include "thimble-wait.h"

G_BEGIN_DECLS

/* How long a test waits for what must happen, before it fails. */
#define TEST_PATIENCE_MS 30000

typedef struct
{
  const char *name;
  ThimbleExecutor *(*create) (const ThimbleExecutorConfig *config);
  gboolean runs_concurrently; /* works wait in a queue while submit returns */
} TestExecutor;

/* A work of the operation "gate", "until-stopped" or "reserve" runs until its gate is opened. */
typedef struct
{
  int fd; /* owned; -1 when open */
} TestGate;

void test_executor_contract_init (void);
int test_executor_contract_run (void);
void test_executor_contract_add (const TestExecutor *row);

/* For the files of the contract. */

typedef void (*TestContractFunc) (const TestExecutor *row);

void test_contract_add (const TestExecutor *row, const char *name, TestContractFunc func);
void test_contract_add_concurrent (const TestExecutor *row,
                                   const char *name,
                                   TestContractFunc func);
void test_contract_add_results (const TestExecutor *row);
void test_contract_add_callbacks (const TestExecutor *row);
void test_contract_add_queue (const TestExecutor *row);
void test_contract_add_waiting (const TestExecutor *row);
void test_contract_add_workers (const TestExecutor *row);
void test_contract_add_shutdown (const TestExecutor *row);

ThimbleExecutor *test_create (const TestExecutor *row, guint max_workers);
ThimbleWork *test_work_new (const char *operation, const char *recipe);
ThimbleWork *test_work_new_gate (const char *operation, GBytes *recipe, TestGate *gate);
ThimbleFuture *test_submit (ThimbleExecutor *executor, const char *operation, const char *recipe);
ThimbleFuture *test_submit_gate (ThimbleExecutor *executor,
                                 const char *operation,
                                 GBytes *recipe,
                                 TestGate *gate);
ThimbleFuture *test_submit_closed_gate (ThimbleExecutor *executor, TestGate *gate);
void test_gate_wait_until_running (TestGate *gate);
gboolean test_gate_is_running (TestGate *gate);
void test_gate_open (TestGate *gate);
void test_assert_reply (ThimbleFuture *future, const char *reply);
void test_assert_error (ThimbleFuture *future, GQuark domain, int code);
guint64 test_get_number (ThimbleFuture *future);
char *test_get_text (ThimbleFuture *future);
char *test_workers_path (const char *name);

G_END_DECLS
