#include "house/mailbox/bounce.h"

#include "house/mailbox/letter.h"

/* RFC 3463 2: class "." subject "." detail */
static bool good_status(struct str s)
{
	size_t pieces = 0;
	for (struct str piece; str_next(&s, '.', &piece); pieces++) {
		if (!piece.n || piece.n > 3)
			return false;
		for (size_t i = 0; i < piece.n; i++)
			if (!ascii_digit(piece.p[i]))
				return false;
	}
	return pieces == 3;
}

/* "rfc822; q@school.example" */
static struct str address_of(struct str value)
{
	ptrdiff_t semi = str_chr(value, ';');
	if (semi < 0 || !str_ieq(str_trim(str_upto(value, (size_t)semi)), STR("rfc822")))
		return STR_NONE;
	struct str mail = str_trim(str_from(value, (size_t)semi + 1));
	if (mail.n > 2 && mail.p[0] == '<' && mail.p[mail.n - 1] == '>')
		mail = str_upto(str_from(mail, 1), mail.n - 2);
	return letter_address(mail) ? mail : STR_NONE;
}

static void field(struct bounce *b, bool *failed, struct str name, struct str value)
{
	if (str_ieq(name, STR("Final-Recipient")) && !b->mail.n)
		b->mail = address_of(value);
	if (str_ieq(name, STR("Original-Recipient")) && address_of(value).n)
		b->mail = address_of(value);             /* what we wrote, before anybody forwarded it */
	if (str_ieq(name, STR("Status"))) {
		ptrdiff_t end = str_chr(value, ' ');
		struct str code = str_upto(value, end < 0 ? value.n : (size_t)end);
		b->status = good_status(code) ? code : STR_NONE;
	}
	if (str_ieq(name, STR("Action")))
		*failed = str_ieq(value, STR("failed"));
}

enum err bounce_read(struct arena *a, struct str bytes, struct bounce out[BOUNCE_MAX], size_t *n)
{
	struct str block;
	*n = 0;
	for (size_t blocks = 0; letter_block(a, &bytes, &block); blocks++) {
		struct bounce b = { 0 };
		bool failed = false;
		struct str name, value;
		while (letter_field(&block, &name, &value))
			field(&b, &failed, name, value);
		if (!b.mail.n || !b.status.n)
			continue;                        /* the first block is about the server */
		if (*n == BOUNCE_MAX || blocks > 2 * BOUNCE_MAX)
			return ERR_LIMIT;
		b.for_good = failed && b.status.p[0] == '5';
		out[(*n)++] = b;
	}
	return *n ? OK : ERR_SYNTAX;
}
