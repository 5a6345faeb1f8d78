/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a program and its workers say to each other: fixed structs over a SOCK_SEQPACKET socket, one
 * message a packet, and one piece of shared memory that the parent makes, sizes and seals.
 *
 *   parent                             worker
 *   SETUP with the memory          ->
 *                                  <-  READY, or FAILED with a text
 *   START, when it is needed       ->
 *                                  <-  READY, or FAILED with a text
 *   RECIPE, numbered, once each    ->
 *   GROUP with the inputs          ->  runs it: one call of its operation
 *                                  <-  RESERVE, where it needs much memory
 *   GRANT                          ->
 *                                  <-  NEED_MEMORY, where the outputs are large
 *   MEMORY                         ->
 *                                  <-  RESULT, ERROR or NEEDS_KIND for each work of the group
 *
 * A worker gets the next groups while it runs one. It sends the first answer of a group at once and
 * those that come soon after it as one packet, SEVERAL, so that its parent is woken twice and not
 * for each.
 *
 * Both sides are of the same version, so structs go as they are in memory: SETUP says which, as a
 * program may have been replaced while its parent ran. The parent believes nothing of what comes
 * back, see thimble-answer.h. */

#define THIMBLE_WIRE_MAX_PACKET 65536
#define THIMBLE_WIRE_MAX_TEXT 1024
#define THIMBLE_WIRE_MAX_OUTPUTS 64
#define THIMBLE_WIRE_MAX_REPLY (THIMBLE_WIRE_MAX_PACKET - 4096)
#define THIMBLE_WIRE_MAX_RECIPE (THIMBLE_WIRE_MAX_PACKET - 4096)
/* Works in a group, and recipes that a worker keeps: each work may have one of its own. */
#define THIMBLE_WIRE_MAX_WORKS 16
#define THIMBLE_WIRE_N_RECIPES 32
/* Works that a worker holds at most; a power of two. */
#define THIMBLE_WIRE_WINDOW 64
#define THIMBLE_WIRE_PAGE 4096
#define THIMBLE_WIRE_RING (512 * 1024)
#define THIMBLE_WIRE_MAX_VERSION 32
/* The descriptor that a worker finds its socket at: its standard input. */
#define THIMBLE_WIRE_SOCKET 0

/** ThimbleWireType: what a packet is; the numbers of the two directions are apart. */
typedef enum
{
  THIMBLE_WIRE_SETUP = 1,
  THIMBLE_WIRE_RECIPE = 2,
  THIMBLE_WIRE_GROUP = 3,
  THIMBLE_WIRE_GRANT = 4,
  THIMBLE_WIRE_MEMORY = 5,
  THIMBLE_WIRE_START = 6,
  THIMBLE_WIRE_READY = 16,
  THIMBLE_WIRE_FAILED = 17,
  THIMBLE_WIRE_RESULT = 18,
  THIMBLE_WIRE_ERROR = 19,
  THIMBLE_WIRE_NEEDS_KIND = 20,
  THIMBLE_WIRE_RESERVE = 21,
  THIMBLE_WIRE_NEED_MEMORY = 22,
  THIMBLE_WIRE_SEVERAL = 23,
} ThimbleWireType;

/** ThimbleWireHeader: begins each packet. Works are numbered from 1, by worker. */
typedef struct
{
  guint32 type;
  guint32 reserved;
  guint64 serial; /* of the work, or of the group's first one; 0 in packets of neither */
} ThimbleWireHeader;

/** ThimbleWireSetup: with one descriptor, the shared memory: a page and the ring. */
typedef struct
{
  ThimbleWireHeader header;
  char version[THIMBLE_WIRE_MAX_VERSION]; /* the parent's; stays in this place in all versions */
  guint64 max_memory; /* bytes; what the worker limits itself to */
  guint64 free_bytes; /* bytes that a group may use without asking */
  guint32 parent;     /* the process that the worker dies with */
  guint32 reserved;
} ThimbleWireSetup;

/** ThimbleWireRecipe: followed by its bytes. */
typedef struct
{
  ThimbleWireHeader header;
  guint32 number; /* below THIMBLE_WIRE_N_RECIPES; takes the place of what had it before */
  guint32 n_bytes;
} ThimbleWireRecipe;

/** ThimbleWireGroup: works for one call; with the descriptors of those that have an input. */
typedef struct
{
  ThimbleWireHeader header;
  char operation[32]; /* ends with a zero byte */
  guint32 n_works;
  guint32 reserved;
  struct
  {
    gint32 recipe; /* its number, or -1 */
    guint32 has_input;
  } works[THIMBLE_WIRE_MAX_WORKS];
} ThimbleWireGroup;

/** ThimbleWireMemory: with one descriptor of @n_bytes, or with none where that is too much. */
typedef struct
{
  ThimbleWireHeader header;
  guint64 n_bytes;
} ThimbleWireMemory;

/** ThimbleWireSize: RESERVE and NEED_MEMORY. */
typedef ThimbleWireMemory ThimbleWireSize;

/** ThimbleWireText: FAILED and ERROR; followed by the text, without a zero byte. */
typedef struct
{
  ThimbleWireHeader header;
  guint32 domain; /* a ThimbleWireDomain */
  gint32 code;
  guint32 n_bytes;
  guint32 reserved;
} ThimbleWireText;

/** ThimbleWireDomain: the error domains that a work may end with. Others become FAILED of GIO. */
typedef enum
{
  THIMBLE_WIRE_DOMAIN_IO = 1,
  THIMBLE_WIRE_DOMAIN_IMAGE = 2,
  THIMBLE_WIRE_DOMAIN_EXECUTOR = 3,
} ThimbleWireDomain;

/** ThimbleWireResult: followed by the outputs' places and then by the reply. */
typedef struct
{
  ThimbleWireHeader header;
  guint32 n_reply; /* bytes; G_MAXUINT32 where there is no reply */
  guint32 n_outputs;
  guint32 in_memory; /* outputs are in the memory asked for, not in the ring */
  guint32 reserved;
  guint64 released;  /* what the ring has no more use for, once this was read: up to here */
} ThimbleWireResult;

/** ThimbleWireOutput: where one output is: from the ring's, or the memory's, first byte. */
typedef struct
{
  guint64 offset;
  guint64 n_bytes;
} ThimbleWireOutput;

/** ThimbleWirePart: in SEVERAL, behind its header, before each of the packets that it is made of. */
typedef struct
{
  guint32 n_bytes; /* of the packet, behind which the next part begins at a multiple of 8 */
  guint32 reserved;
} ThimbleWirePart;

#define THIMBLE_WIRE_ALIGN(n_bytes) (((n_bytes) + 7) & ~(gsize) 7)

/**
 * ThimbleWireShared:
 *
 * The first page of the shared memory. Each field is written by one side and read atomically by the
 * other. What a worker writes is only a hint to the parent.
 */
typedef struct
{
  guint64 released;                  /* parent: bytes of the ring that were read, from the start */
  guint64 n_pixels;                  /* worker: of the images of the group that runs */
  guint32 stop[THIMBLE_WIRE_WINDOW]; /* parent: at serial % WINDOW, low bits of a serial to stop */
} ThimbleWireShared;

G_STATIC_ASSERT (sizeof (ThimbleWireShared) <= THIMBLE_WIRE_PAGE);

/** ThimbleWireReceived: what came of a packet. */
typedef enum
{
  THIMBLE_WIRE_PACKET,
  THIMBLE_WIRE_NOTHING, /* not now */
  THIMBLE_WIRE_CLOSED,  /* the other side is gone */
  THIMBLE_WIRE_BAD,     /* too long, too short or too many descriptors: these were closed */
} ThimbleWireReceived;

gboolean thimble_wire_send (int socket,
                            gconstpointer head,
                            gsize n_head,
                            gconstpointer tail,
                            gsize n_tail,
                            const int *fds,
                            guint n_fds);
ThimbleWireReceived thimble_wire_receive (int socket,
                                          gpointer packet,
                                          gsize *n_bytes,
                                          int *fds,
                                          guint *n_fds,
                                          gboolean wait);
int thimble_wire_new_memory (gsize n_bytes);

G_END_DECLS
