#include "gate/proxy/tls_keep.h"

#include "base/log.h"
#include "base/mem.h"

void tls_keep(struct tls_server *s, const struct kept *k, unsigned *number)
{
	if (!s || !k || kept_number(k) == *number)
		return;
	AUTO(buf_wipe) struct buf cert = buf_init(KEPT_MAX), key = buf_init(KEPT_MAX);
	unsigned now = kept_number(k);
	if (kept_read(k, 0, &cert) != OK || kept_read(k, 1, &key) != OK)
		return;                                 /* being written: at the next look */
	*number = now;
	if (tls_server_again(s, buf_str(&cert), buf_str(&key)) != OK)
		log_line(LOG_WARN, "the new certificate and its key do not fit each other: the old ones stay in use until they do");
}

void tls_keep_asks(struct tls_server *s, const struct kept *k, unsigned *number, const struct tls_asks *a)
{
	if (!s || !k || !a->counts || kept_number(k) == *number)
		return;
	AUTO(buf_done) struct buf roots = buf_init(KEPT_MAX);
	unsigned now = kept_number(k);
	if (kept_read(k, 0, &roots) != OK)
		return;
	*number = now;
	if (tls_server_asks(s, buf_str(&roots), a) != OK)
		log_line(LOG_WARN, "keys/device-ca.pem cannot be read: the certificates of devices are judged as before");
}
