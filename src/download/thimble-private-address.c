/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which addresses are of a network of one's own: a page from the internet that sends the downloader
 * to one of them would have it speak to the router or to a service of this machine. After the IANA
 * registries of special-purpose addresses (RFC 6890). */

#include "thimble-downloader.h"

#include <string.h>

/* GLib knows loopback, link-local, 10/8, 172.16/12 and 192.168/16; not these. */
static gboolean
is_special_v4 (const guint8 *bytes)
{
  return bytes[0] == 0                                     /* this host (RFC 1122) */
         || (bytes[0] == 100 && (bytes[1] & 0xc0) == 64)   /* carriers' networks (RFC 6598) */
         || (bytes[0] == 192 && bytes[1] == 0 && bytes[2] == 0) /* RFC 6890 */
         || (bytes[0] == 198 && (bytes[1] & 0xfe) == 18)   /* benchmarks (RFC 2544) */
         || bytes[0] >= 224;                               /* multicast and reserved */
}

/* The IPv4 address that an IPv6 address stands for, or NULL. */
static const guint8 *
find_embedded_v4 (const guint8 *bytes)
{
  static const guint8 mapped[12] = { [10] = 0xff, [11] = 0xff };               /* ::ffff:0:0/96 */
  static const guint8 translated[12] = { 0x00, 0x64, 0xff, 0x9b };             /* 64:ff9b::/96 */
  static const guint8 compatible[12] = { 0 };                                  /* ::/96 */

  if (memcmp (bytes, mapped, sizeof mapped) == 0
      || memcmp (bytes, compatible, sizeof compatible) == 0
      || memcmp (bytes, translated, sizeof translated) == 0)
    return bytes + 12;
  if (bytes[0] == 0x20 && bytes[1] == 0x02) /* 6to4, 2002::/16 */
    return bytes + 2;
  return NULL;
}

/**
 * thimble_address_is_private:
 *
 * Returns: whether @address is of this machine, of a network of one's own, or of none
 */
gboolean
thimble_address_is_private (GInetAddress *address)
{
  static const guint8 local_translated[6] = { 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01 }; /* RFC 8215 */
  const guint8 *bytes = g_inet_address_to_bytes (address);

  if (g_inet_address_get_is_any (address) || g_inet_address_get_is_loopback (address)
      || g_inet_address_get_is_link_local (address) || g_inet_address_get_is_site_local (address)
      || g_inet_address_get_is_multicast (address))
    return TRUE;
  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4)
    return is_special_v4 (bytes);

  if (find_embedded_v4 (bytes) != NULL)
    {
      g_autoptr(GInetAddress) v4
        = g_inet_address_new_from_bytes (find_embedded_v4 (bytes), G_SOCKET_FAMILY_IPV4);
      return thimble_address_is_private (v4);
    }
  return (bytes[0] & 0xfe) == 0xfc /* unique local (RFC 4193) */
         || memcmp (bytes, local_translated, sizeof local_translated) == 0;
}
