/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How libjpeg-turbo tells that something is wrong: it calls back and must not be returned to, so
 * the only way out is longjmp. Both directions use one pattern: a function that only calls setjmp
 * and the body, and all state in a struct of that function's caller, so that no local variable's
 * value is lost in the jump. */

#include "thimble-jpeg-private.h"

#include <string.h>

#include <jerror.h>

/* Leaves for the setjmp, with an error. */
void
thimble_jpeg_errors_fail (ThimbleJpegErrors *self, ThimbleImageError code, const char *message)
{
  g_clear_error (&self->error);
  self->error = g_error_new_literal (THIMBLE_IMAGE_ERROR, code, message);
  longjmp (self->jump, 1);
}

static void
fail_with_libjpeg_message (j_common_ptr cinfo, ThimbleImageError code, const char *what)
{
  ThimbleJpegErrors *self = (ThimbleJpegErrors *) cinfo->err;
  char text[JMSG_LENGTH_MAX];
  char message[JMSG_LENGTH_MAX + 64];

  cinfo->err->format_message (cinfo, text);
  g_snprintf (message, sizeof message, "is %s (libjpeg: %s).", what, text);
  thimble_jpeg_errors_fail (self, code, message);
}

static void
error_exit_cb (j_common_ptr cinfo)
{
  ThimbleJpegErrors *self = (ThimbleJpegErrors *) cinfo->err;

  switch (cinfo->err->msg_code)
    {
    case JERR_OUT_OF_MEMORY:
      thimble_jpeg_errors_fail (self, THIMBLE_IMAGE_ERROR_TOO_LARGE,
                                "needs more memory than there is.");
    case JERR_IMAGE_TOO_BIG:
    case JERR_WIDTH_OVERFLOW:
      thimble_jpeg_errors_fail (self, THIMBLE_IMAGE_ERROR_TOO_LARGE,
                                "has more pixels on a side than a JPEG can have, 65500.");
    case JERR_SOF_UNSUPPORTED:
    case JERR_BAD_PRECISION:
    case JERR_ARITH_NOTIMPL:
    case JERR_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_CCIR601_NOTIMPL:
    case JERR_COMPONENT_COUNT:
      fail_with_libjpeg_message (cinfo, THIMBLE_IMAGE_ERROR_UNSUPPORTED,
                                 "a JPEG of a kind that is not read here");
      break;
    default:
      fail_with_libjpeg_message (cinfo, THIMBLE_IMAGE_ERROR_CORRUPT, "a broken JPEG");
    }
}

/* Warnings of libjpeg after which it makes up pixels end the decoding; those of harmless oddities,
 * such as filler bytes before a marker, do not. */
static void
emit_message_cb (j_common_ptr cinfo, int level)
{
  ThimbleJpegErrors *self = (ThimbleJpegErrors *) cinfo->err;

  if (level >= 0)
    return;

  switch (cinfo->err->msg_code)
    {
    case JWRN_JPEG_EOF:
      thimble_jpeg_errors_fail (self, THIMBLE_IMAGE_ERROR_CORRUPT,
                                "is cut short: it ends before its end marker.");
    case JWRN_HIT_MARKER:
      thimble_jpeg_errors_fail (self, THIMBLE_IMAGE_ERROR_CORRUPT,
                                "is a broken JPEG: a scan ends before its last block.");
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
      thimble_jpeg_errors_fail (self, THIMBLE_IMAGE_ERROR_CORRUPT,
                                "is a broken JPEG: a code in its data means nothing.");
    case JWRN_MUST_RESYNC:
      thimble_jpeg_errors_fail (self, THIMBLE_IMAGE_ERROR_CORRUPT,
                                "is a broken JPEG: a restart marker is missing.");
    default:
      break;
    }
}

static void
output_message_cb (j_common_ptr cinfo)
{
}

/* Makes @self ready; its errors member then goes to cinfo.err. */
void
thimble_jpeg_errors_init (ThimbleJpegErrors *self)
{
  jpeg_std_error (&self->errors);
  self->errors.error_exit = error_exit_cb;
  self->errors.emit_message = emit_message_cb;
  self->errors.output_message = output_message_cb;
  self->error = NULL;
}
