/* html.h - what a reader sees of a page: its text, its title, the description and
 * titles meant for search pages and previews, texts in place of pictures, names
 * and contents of form fields.  Scripts, styles, comments and all else are passed over.
 *
 * Tolerant like a browser, not a parser of the standard: it never refuses and
 * never looks back.  Words go on across tags that stand inside words (b, i,
 * span); phrases end at those that part what is said (cells, headings, list items).
 * Bounded memory (this struct); bytes of any ASCII-based character set. */
#pragma once
#include "policy/scan/words.h"

enum { HTML_NAME = 16, HTML_VALUE = 1024, HTML_ENTITY = 32 };

enum html_state {
	HTML_TEXT, HTML_OPEN, HTML_NAME_, HTML_CLOSE, HTML_BEFORE_ATTR, HTML_ATTR, HTML_AFTER_ATTR, HTML_BEFORE_VALUE, HTML_VALUE_D, HTML_VALUE_S, HTML_VALUE_U,
	HTML_BANG, HTML_COMMENT, HTML_DECL, HTML_RAW, HTML_RAW_END, HTML_ENTITY_,
};

struct html {
	struct words *words;            /* borrowed */
	enum html_state state, back;    /* back: where an entity or a raw ending returns to */
	char tag[HTML_NAME + 1], attr[HTML_NAME + 1], raw[HTML_NAME + 1];
	uint8_t n_tag, n_attr, n_raw, at_raw, dashes;
	bool closing, said, keep;       /* said: this value is read as text; keep: it is kept until the tag ends */
	bool described, typed_secret, has_kept;
	bool text_raw;                  /* inside title or textarea: text, with no tags in it */
	char value[HTML_VALUE];
	size_t n_value;
	char kept[HTML_VALUE];          /* content of a meta, value of a field */
	size_t n_kept;
	char entity[HTML_ENTITY];
	uint8_t n_entity;
};

void html_begin(struct html *h, struct words *w);
void html_feed(struct html *h, struct str bytes);
void html_end(struct html *h);
/* Of "amp", "#8217", "#x2019"; 0: none of those that are known. */
uint32_t html_entity(struct str name);
