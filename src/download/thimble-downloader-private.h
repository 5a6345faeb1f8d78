/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The inside of the downloader, for the files that are one: thimble-downloader.c (threads and queue),
 * thimble-download-host.c (whose turn it is), thimble-transfer.c (one link's requests),
 * thimble-transfer-body.c (what comes), thimble-transfer-answer.c (what an answer's head allows) and thimble-transfer-fault.c (what is
 * tried again). All but submission and progress happens on the downloader's thread. */

#include "thimble-downloader.h"
#include "thimble-partial.h"
#include "thimble-soup.h"

G_BEGIN_DECLS

typedef struct _ThimbleTransfer ThimbleTransfer;

/* RFC 6585, section 4; libsoup has no name for it. */
#define THIMBLE_STATUS_TOO_MANY_REQUESTS 429

/* A host, port and scheme. */
typedef struct
{
  ThimbleDownloader *downloader; /* not owned */
  char *name;                    /* owned */
  GQueue waiting;                /* ThimbleTransfer, owned: to be started */
  guint n_active;
  guint limit;                   /* of n_active: 1 to the config's per_host */
  guint n_good;                  /* answers since the limit was changed */
  GQueue held;                   /* ThimbleTransfer, owned: wait for a retry */
  GSource *wake;                 /* owned: until when the host asked to be left alone, or NULL */
  gboolean is_runnable;          /* in the downloader's queue of runnable hosts */
} ThimbleDownloadHost;

/* What an attempt that failed calls for. */
typedef enum
{
  THIMBLE_FAULT_FINAL, /* nothing: it would fail again */
  THIMBLE_FAULT_PAUSE, /* once more when the pause is over, if it was not the user who ended it */
  THIMBLE_FAULT_AGAIN, /* a retry, after a while */
  THIMBLE_FAULT_STALL, /* one retry only */
} ThimbleFault;

/* What is done with an answer whose head is here. */
typedef enum
{
  THIMBLE_ANSWER_READ,      /* its body is the file, or the rest of it */
  THIMBLE_ANSWER_UNCHANGED, /* the file is here already */
  THIMBLE_ANSWER_COMPLETE,  /* nothing is missing of what came before */
  THIMBLE_ANSWER_REDIRECT,  /* to the transfer's uri, which was changed */
  THIMBLE_ANSWER_RESTART,   /* what came before is of no use: once more from the first byte */
  THIMBLE_ANSWER_FAIL,      /* with an error */
} ThimbleAnswer;

/* How much of a body came, looked at so often in the time that a stall takes. */
#define THIMBLE_TRANSFER_SAMPLES 20

/* A body that nobody wants is read where it is no longer than this, to keep the connection. */
#define THIMBLE_TRANSFER_MAX_DRAINED 65536

struct _ThimbleTransfer
{
  ThimbleDownloader *downloader; /* not owned */
  ThimbleDownloadHost *host;     /* not owned; lives while it has transfers */
  ThimbleFuture *future;         /* owned */
  char *url;                     /* owned */
  char *etag;                    /* owned, or NULL */
  char *last_modified;           /* owned, or NULL */
  guint serial;
  gboolean is_from_internet;     /* as the request has it */
  GUri *first_uri;               /* owned: what the link names; NULL for data */
  ThimblePartial *partial;       /* owned; NULL before the first attempt */

  /* One attempt. */
  GUri *uri;                     /* owned: after redirects */
  SoupMessage *message;          /* owned */
  gulong starting_handler;       /* of the message, or 0 */
  GInputStream *body;            /* owned */
  GSource *readable;             /* owned: while more of the body is waited for */
  GList reader;                  /* its place among who reads in the next turn; no data outside */
  GCancellable *cancellable;     /* owned */
  GError *why_aborted;           /* owned: what the attempt ends with where it was aborted */
  ThimbleFault abort_fault;
  ThimbleAnswer answer;          /* what is done when a body that nobody wants is out of the way */
  GError *answer_error;          /* owned, or NULL */
  guint n_redirects;
  gboolean was_public;           /* somebody on the internet asks for what is asked for now */
  gboolean is_conditional;
  gboolean has_length;
  guint64 n_bytes_in_all;        /* where has_length: what the file will have */
  guint64 n_attempt_bytes;       /* of the body */
  guint64 samples[THIMBLE_TRANSFER_SAMPLES]; /* n_attempt_bytes, a ring */
  guint n_samples;

  /* All attempts. */
  guint64 n_received;
  guint64 n_before_attempt;      /* of n_received */
  guint n_attempts;
  guint n_faults;                /* retries that count */
  guint n_goaways;
  guint n_restarts;
  gboolean has_stalled;
  gboolean is_active;
  gint64 begin_us;               /* of the first attempt, or 0 */
  GSource *retry;                /* owned: while it waits for one */
  GList held;                    /* its place among its host's, meanwhile */
  guint64 shown_bytes;           /* under the downloader's lock, for progress */
  guint64 shown_in_all;
};

struct _ThimbleDownloader
{
  GObject parent_instance;

  ThimbleDownloaderConfig config; /* its strings are owned */
  GTlsDatabase *tls_database;     /* owned, or NULL for the system's */
  GThread *thread;
  GMainContext *context;          /* owned: the thread's */
  GMainLoop *loop;                /* owned */

  ThimbleBodyBuffers *buffers;    /* owned */
  int has_notes;                  /* atomic: whether there may be notes on unfinished files */

  GMutex lock;
  GSource *arrival;               /* owned: wakes the thread for what is under the lock */
  GQueue arrived;                 /* ThimbleTransfer, owned: submitted */
  GPtrArray *to_stop;             /* ThimbleFuture: asked to stop while running */
  gboolean is_paused;             /* as wanted */
  gboolean is_shut_down;
  GHashTable *active;             /* ThimbleTransfer: has a connection; changed by the thread only */
  guint64 n_received;             /* of bodies, in all */

  /* The thread's own. */
  SoupSession *session;           /* owned */
  GSource *tick;                  /* owned: looks at speeds */
  GSource *turn;                  /* owned: has bodies read */
  GQueue readers;                 /* ThimbleTransfer: who reads in the next turn */
  GHashTable *hosts;              /* name: ThimbleDownloadHost, owned */
  GQueue runnable;                /* ThimbleDownloadHost: may start a transfer */
  guint n_active;
  gboolean is_held;               /* paused, or about to end: nothing is started */
  gboolean is_starting;           /* in start_next() */
};

void thimble_downloader_start_next (ThimbleDownloader *self);
void thimble_downloader_quit_if_idle (ThimbleDownloader *self);
void thimble_downloader_release (ThimbleTransfer *transfer, gboolean was_good);
void thimble_downloader_count_bytes (ThimbleTransfer *transfer, gsize n_bytes);
void thimble_downloader_end (ThimbleTransfer *transfer, ThimbleDownload *download, GError *error);

ThimbleDownloadHost *thimble_download_host_get (ThimbleDownloader *downloader, GUri *uri);
void thimble_download_host_free (ThimbleDownloadHost *self);
void thimble_download_host_push (ThimbleDownloadHost *self, ThimbleTransfer *transfer, gboolean first);
ThimbleTransfer *thimble_download_host_pop (ThimbleDownloadHost *self);
void thimble_download_host_release (ThimbleDownloadHost *self, gboolean was_good);
void thimble_download_host_slow (ThimbleDownloadHost *self, guint delay_ms);
void thimble_download_host_update (ThimbleDownloadHost *self);

ThimbleTransfer *thimble_transfer_new (ThimbleDownloader *downloader,
                                       const ThimbleDownloadRequest *request);
void thimble_transfer_free (ThimbleTransfer *self);
void thimble_transfer_start (ThimbleTransfer *self);
void thimble_transfer_send (ThimbleTransfer *self);
void thimble_transfer_abort (ThimbleTransfer *self, ThimbleFault fault, GError *error);
void thimble_transfer_check_speed (ThimbleTransfer *self);
void thimble_transfer_clear_attempt (ThimbleTransfer *self);
void thimble_transfer_finish (ThimbleTransfer *self, gboolean is_unchanged);

void thimble_transfer_act_on_answer (ThimbleTransfer *self);
GSource *thimble_transfer_new_turn (ThimbleDownloader *downloader);
void thimble_transfer_leave_turn (ThimbleTransfer *self);
void thimble_transfer_read_on (ThimbleTransfer *self);
void thimble_transfer_fail_too_large (ThimbleTransfer *self);

ThimbleAnswer thimble_transfer_judge (ThimbleTransfer *self, GError **error);
gboolean thimble_transfer_check_literal (ThimbleTransfer *self, GUri *uri, GError **error);
gboolean thimble_transfer_is_of_public (ThimbleTransfer *self);
void thimble_transfer_check_address (ThimbleTransfer *self);

void thimble_transfer_fail (ThimbleTransfer *self, ThimbleFault fault, GError *error);
void thimble_transfer_lose (ThimbleTransfer *self, GError *error);
void thimble_transfer_restart (ThimbleTransfer *self);
void thimble_transfer_drop_retry (ThimbleTransfer *self);

G_END_DECLS
