/* Whatever can be read is printed and read back the same. */
#include "base/fuzz.h"
#include "base/mem.h"
#include "wire/dns_msg.h"

FUZZ(dns_msg, bytes)
{
	static struct dns_msg a, b;
	static uint8_t out[DNS_MSG_MAX];
	size_t n;
	if (dns_msg_read(bytes, &a) != OK || dns_msg_print(&a, out, sizeof out, &n) != OK)
		return;
	FUZZ_CHECK(dns_msg_read((struct str){ (char *)out, n }, &b) == OK);
	if (dns_msg_count(&a) == dns_msg_count(&b))
		FUZZ_CHECK(dns_msg_same(&a, &b));
	else
		FUZZ_CHECK(dns_msg_count(&a) > dns_msg_count(&b));
	size_t small;
	if (dns_msg_print(&a, out, DNS_UDP_PLAIN, &small) == OK)
		FUZZ_CHECK(small <= DNS_UDP_PLAIN && dns_msg_read((struct str){ (char *)out, small }, &b) == OK);
}
