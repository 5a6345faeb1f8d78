/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the colours of an embedded profile to sRGB, with lcms2, relative colorimetric with black
 * point compensation. It works on the small picture, after resampling. Profiles that are sRGB
 * already are known by what they do. Grey stays grey, on sRGB's curve. A profile that is broken, or
 * of another kind than the picture, is ignored; CMYK without one is converted by a simple formula.
 *
 * Reading a profile costs more than converting a thumbnail, and a shop's pictures share one, so
 * each thread remembers the last few. */

#include "thimble-colour.h"

#include "thimble-convert.h"
#include "thimble-imaging-private.h"

#include <lcms2.h>

/* Larger profiles are ignored; those of printing presses have 0.5 to 3 MB. */
#define MAX_PROFILE_BYTES (8 * 1024 * 1024)
#define N_REMEMBERED 4

/* ICC.1:2022, section 7.2: the header has the colour space at 16 and "acsp" at 36. */
#define HEADER_BYTES 128

typedef enum
{
  KIND_GRAY,
  KIND_RGB,
  KIND_CMYK,
} Kind;

typedef struct
{
  GBytes *icc; /* owned */
  guint n_channels;
  cmsHTRANSFORM transform; /* owned; NULL where pixels stay as they are, or none can be made */
} Entry;

typedef struct
{
  cmsContext context;
  cmsHPROFILE gray, rgb;       /* owned; what is converted to, or NULL before it is asked for */
  Entry entries[N_REMEMBERED]; /* the last used first */
} Memory;

static void
entry_clear (Entry *entry)
{
  g_clear_pointer (&entry->icc, g_bytes_unref);
  g_clear_pointer (&entry->transform, cmsDeleteTransform);
}

static void
memory_free (gpointer data)
{
  Memory *memory = data;

  for (guint i = 0; i < N_REMEMBERED; i++)
    entry_clear (&memory->entries[i]);
  g_clear_pointer (&memory->gray, cmsCloseProfile);
  g_clear_pointer (&memory->rgb, cmsCloseProfile);
  cmsDeleteContext (memory->context);
  g_free (memory);
}

static GPrivate memory_key = G_PRIVATE_INIT (memory_free);

static Memory *
get_memory (void)
{
  Memory *memory = g_private_get (&memory_key);

  if (memory == NULL)
    {
      memory = g_new0 (Memory, 1);
      /* A context of its own: lcms then shares nothing between threads, and its errors, which
       * broken profiles cause, go nowhere. */
      memory->context = cmsCreateContext (NULL, NULL);
      g_private_set (&memory_key, memory);
    }
  return memory;
}

static Kind
get_kind (ThimbleLayout layout)
{
  switch (layout)
    {
    case THIMBLE_LAYOUT_GRAY:
    case THIMBLE_LAYOUT_GRAY_ALPHA:
      return KIND_GRAY;
    case THIMBLE_LAYOUT_CMYK:
      return KIND_CMYK;
    case THIMBLE_LAYOUT_RGB:
    case THIMBLE_LAYOUT_RGBA:
    case THIMBLE_LAYOUT_YCC:
    case THIMBLE_LAYOUT_YCC_PLANES:
    default:
      return KIND_RGB;
    }
}

static const char *
get_signature (Kind kind)
{
  static const char *const signatures[] = {
    [KIND_GRAY] = "GRAY",
    [KIND_RGB] = "RGB ",
    [KIND_CMYK] = "CMYK",
  };

  return signatures[kind];
}

/**
 * thimble_colour_profile_fits:
 * @icc: (nullable): an embedded profile
 * @layout: of the picture; YCC counts as RGB
 *
 * Looks at the header only.
 *
 * Returns: whether @icc may be a profile for pixels of @layout
 */
gboolean
thimble_colour_profile_fits (GBytes *icc, ThimbleLayout layout)
{
  const char *header;
  gsize n_bytes;

  if (icc == NULL)
    return FALSE;
  header = g_bytes_get_data (icc, &n_bytes);
  return n_bytes >= HEADER_BYTES && n_bytes <= MAX_PROFILE_BYTES
         && memcmp (header + 36, "acsp", 4) == 0
         && memcmp (header + 16, get_signature (get_kind (layout)), 4) == 0;
}

static cmsHPROFILE
new_target (cmsContext context, Kind kind)
{
  /* IEC 61966-2-1: a line near black, then a power; as lcms's parametric curve 4. */
  static const cmsFloat64Number srgb_curve[]
    = { 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045 };
  cmsToneCurve *curve;
  cmsHPROFILE profile;

  if (kind != KIND_GRAY)
    return cmsCreate_sRGBProfileTHR (context);

  curve = cmsBuildParametricToneCurve (context, 4, srgb_curve);
  profile = cmsCreateGrayProfileTHR (context, cmsD50_xyY (), curve);
  cmsFreeToneCurve (curve);
  return profile;
}

static cmsHPROFILE
get_target (Memory *memory, Kind kind)
{
  cmsHPROFILE *target = kind == KIND_GRAY ? &memory->gray : &memory->rgb;

  if (*target == NULL)
    *target = new_target (memory->context, kind);
  return *target;
}

static guint32
get_pixel_type (guint n_channels)
{
  switch (n_channels)
    {
    case 1:
      return TYPE_GRAY_8;
    case 2:
      return TYPE_GRAYA_8;
    case 3:
      return TYPE_RGB_8;
    default:
      return TYPE_RGBA_8;
    }
}

/* Whether @transform moves no colour by more than what rounding does. */
static gboolean
changes_nothing (cmsHTRANSFORM transform, guint n_channels, Kind kind)
{
  guint8 in[6 * 6 * 6 * 4] = { 0 };
  guint8 out[sizeof in] = { 0 };
  guint n_colours = kind == KIND_GRAY ? 1 : 3;
  guint n = 6 * 6 * 6;

  if (kind == KIND_CMYK)
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      guint8 *pixel = in + i * n_channels;

      pixel[0] = kind == KIND_GRAY ? i : i % 6 * 51;
      if (kind == KIND_RGB)
        {
          pixel[1] = i / 6 % 6 * 51;
          pixel[2] = i / 36 * 51;
        }
    }
  cmsDoTransform (transform, in, out, n);
  for (guint i = 0; i < n; i++)
    for (guint c = 0; c < n_colours; c++)
      if (ABS (in[i * n_channels + c] - out[i * n_channels + c]) > 1)
        return FALSE;
  return TRUE;
}

static void
entry_load (Entry *entry, Memory *memory, GBytes *icc, ThimbleLayout layout)
{
  Kind kind = get_kind (layout);
  gsize n_bytes;
  const void *bytes = g_bytes_get_data (icc, &n_bytes);
  cmsHPROFILE source = cmsOpenProfileFromMemTHR (memory->context, bytes, n_bytes);
  cmsHPROFILE target = get_target (memory, kind);

  entry->icc = g_bytes_ref (icc);
  entry->n_channels = thimble_layout_get_n_channels (layout);
  if (source != NULL && target != NULL)
    entry->transform = cmsCreateTransformTHR (
      memory->context, source, kind == KIND_CMYK ? TYPE_CMYK_8 : get_pixel_type (entry->n_channels),
      target, kind == KIND_CMYK ? TYPE_RGB_8 : get_pixel_type (entry->n_channels),
      INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_BLACKPOINTCOMPENSATION);
  g_clear_pointer (&source, cmsCloseProfile);

  if (entry->transform != NULL && changes_nothing (entry->transform, entry->n_channels, kind))
    g_clear_pointer (&entry->transform, cmsDeleteTransform);
}

/* The entry for a profile and a number of channels, made where it is not remembered. */
static const Entry *
find_entry (GBytes *icc, ThimbleLayout layout)
{
  Memory *memory = get_memory ();
  guint n_channels = thimble_layout_get_n_channels (layout);
  Entry found = { 0 };
  guint i;

  for (i = 0; i < N_REMEMBERED; i++)
    if (memory->entries[i].icc != NULL && memory->entries[i].n_channels == n_channels
        && g_bytes_equal (memory->entries[i].icc, icc))
      break;

  if (i < N_REMEMBERED)
    found = memory->entries[i];
  else
    {
      i = N_REMEMBERED - 1;
      entry_clear (&memory->entries[i]);
      entry_load (&found, memory, icc, layout);
    }
  memmove (&memory->entries[1], &memory->entries[0], i * sizeof found);
  memory->entries[0] = found;
  return &memory->entries[0];
}

static void
transform_rows (cmsHTRANSFORM transform, const ThimbleRaster *from, ThimbleRaster *to)
{
  cmsDoTransformLineStride (transform, from->pixels, to->pixels, from->width, from->height,
                            from->stride, to->stride, 0, 0);
}

/* Alpha is not lcms's business: the result begins as a copy, and it writes the colours only. */
static ThimbleRaster *
apply (cmsHTRANSFORM transform, const ThimbleRaster *raster, GError **error)
{
  ThimbleLayout layout
    = raster->layout == THIMBLE_LAYOUT_CMYK ? THIMBLE_LAYOUT_RGB : raster->layout;
  ThimbleRaster *result
    = thimble_imaging_new_raster (layout, raster->width, raster->height, error);

  if (result == NULL)
    return NULL;
  if (thimble_layout_has_alpha (layout))
    memcpy (result->pixels, raster->pixels, raster->stride * raster->height);
  transform_rows (transform, raster, result);
  return result;
}

/**
 * thimble_colour_to_srgb:
 * @raster: not premultiplied
 * @icc: (nullable): the profile of its pixels
 *
 * YCC stays YCC where there is nothing to convert. Errors of lcms are never shown.
 *
 * Returns: (transfer full) (nullable): the picture in sRGB and never in CMYK, @raster itself where
 *   it is so already; or %NULL with @error set for want of memory
 */
ThimbleRaster *
thimble_colour_to_srgb (ThimbleRaster *raster, GBytes *icc, GError **error)
{
  ThimbleLayout layout = raster->layout == THIMBLE_LAYOUT_YCC ? THIMBLE_LAYOUT_RGB : raster->layout;
  g_autoptr(ThimbleRaster) rgb = NULL;
  const Entry *entry = NULL;

  g_return_val_if_fail (!raster->premultiplied, NULL);

  if (thimble_colour_profile_fits (icc, layout))
    entry = find_entry (icc, layout);

  if (entry == NULL || entry->transform == NULL)
    return raster->layout == THIMBLE_LAYOUT_CMYK
             ? thimble_convert_layout (raster, THIMBLE_LAYOUT_RGB, error)
             : thimble_raster_ref (raster);
  if (raster->layout != THIMBLE_LAYOUT_YCC)
    return apply (entry->transform, raster, error);

  rgb = thimble_convert_layout (raster, THIMBLE_LAYOUT_RGB, error);
  return rgb != NULL ? apply (entry->transform, rgb, error) : NULL;
}
