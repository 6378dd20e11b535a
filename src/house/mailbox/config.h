/* config.h - where the wellbeing mailbox is (7.8-10): entered on the page Mail, the
 * password sealed with a key that stands in no database.  One a school. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "house/store/act.h"
#include "house/store/db.h"
#include "house/store/seal.h"

/* Minutes of the UK day between which routine notices wait (7.8.1-01). */
enum { MAIL_QUIET_FROM = 19 * 60, MAIL_QUIET_UNTIL = 7 * 60 };

enum { MAILBOX_FIELD_MAX = 200, MAILBOX_PASSWORD_MAX = 256 };

struct mailbox_config {
	struct str address;        /* as people write to it, shown on the report page; absent: there is none */
	struct str server;         /* imaps://host[:port] or imap://host[:port] (STARTTLS); absent: not read by Gatehouse */
	struct str user, folder;
	bool has_password;
};
enum err mailbox_config_get(struct db *db, struct arena *a, int64_t school, struct mailbox_config *out);
/* password absent: the one that is there stays.  Empty server: it is not read any more. */
enum err mailbox_config_set(struct db *db, const struct keys *k, const struct act *act, const struct mailbox_config *in, struct str password);
/* For the job alone: into `out`, which is wiped by its owner.  ERR_ABSENT: none. */
enum err mailbox_password(struct db *db, const struct keys *k, int64_t school, struct buf *out);
