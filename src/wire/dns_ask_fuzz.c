/* A query that the quick reader takes has a question that the whole reader sees alike. */
#include "base/fuzz.h"
#include "wire/dns_ask.h"
#include "wire/dns_msg.h"

FUZZ(dns_ask, bytes)
{
	static struct dns_msg m;
	struct dns_ask a;
	if (dns_ask_read(bytes, &a) != OK)
		return;
	FUZZ_CHECK(a.question_end <= bytes.n && a.udp_bytes >= DNS_UDP_PLAIN);
	if (dns_msg_read(bytes, &m) != OK || a.rcode != DNS_NOERROR)
		return;
	FUZZ_CHECK(m.asked && dns_name_same(&m.name, &a.name) && m.type == a.type && m.class_ == a.class_);
	FUZZ_CHECK(m.edns == a.edns && m.dnssec_ok == a.dnssec_ok);
	struct dns_name again;
	if (!a.odd)
		FUZZ_CHECK(dns_name_of(dns_ask_host(&a), &again) == OK && dns_name_same(&again, &a.name));
}
