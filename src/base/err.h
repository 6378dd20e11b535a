/* err.h - the one error idiom.  An enum err is OK (0), a negative errno, or
 * one of ours; each of ours has its sentence and its HTTP status in one table.
 * Functions return it and put results in trailing `out` arguments, which are
 * never touched on failure.  Nobody may ignore one by accident: the type is
 * must-use (clang checks; gcc builds the same code). */
#pragma once
#include <errno.h>
#include <stddef.h>

#if defined(__clang__)
#define ERR_MUST_USE __attribute__((warn_unused_result))
#else
#define ERR_MUST_USE
#endif

/*        name         status  sentence, fit to show a person */
#define ERR_TABLE(X) \
	X(ERR_SYNTAX,   400, "This is not written in a form that can be read.") \
	X(ERR_LIMIT,    413, "This is larger than the limit allows.") \
	X(ERR_ABSENT,   404, "There is nothing here by that name.") \
	X(ERR_EXISTS,   409, "There is already one by that name.") \
	X(ERR_FORBIDDEN,403, "You may not do this.") \
	X(ERR_SHARED,   403, "This sign-in name is no one person's. Everybody here signs in as themselves: ask the office for your own.") \
	X(ERR_SIGNIN,   401, "Please sign in first.") \
	X(ERR_CORRUPT,  500, "The stored bytes do not match their checksum.") \
	X(ERR_VERSION,  500, "This was written by a version that is not understood here.") \
	X(ERR_STATE,    409, "This cannot be done at this stage.") \
	X(ERR_STALE,    409, "Somebody else changed this meanwhile.") \
	X(ERR_INVALID,  422, "Something needs to be put right first.") \
	X(ERR_BUSY,     503, "Too busy just now; please try again in a moment.") \
	X(ERR_DB,       500, "The database refused the request.") \
	X(ERR_CRYPTO,   500, "A key or a signature does not fit.") \
	X(ERR_NET,      502, "The other side could not be reached.") \
	X(ERR_TIMEOUT,  504, "The other side took too long.") \
	X(ERR_END,      500, "There is no more.") \
	X(ERR_UNSUPPORTED, 501, "This is not supported.")

enum ERR_MUST_USE err {
	OK = 0,
	ERR_FIRST_ = -5000,         /* below every errno of Linux (4095) */
#define ERR_ENUM_(name, status, text) name,
	ERR_TABLE(ERR_ENUM_)
#undef ERR_ENUM_
	ERR_LAST_
};

/* The current errno as an error; never OK. */
enum err err_sys(void);
/* A plain sentence, static storage. */
const char *err_text(enum err e);
/* The HTTP status that a page gives for it. */
int err_status(enum err e);

#define TRY(expr) do { enum err try_e_ = (expr); if (try_e_ != OK) return try_e_; } while (0)
