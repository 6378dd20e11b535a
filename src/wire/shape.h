/* shape.h - what a file is by its bytes, whatever it is called: programs, installers, scripts, packed files and what stands in
 * them.  Pure: bytes go in as they travel, nothing is kept but the first 64 and the name of one entry of an archive.
 *
 * Sources: PE/COFF, ELF (gABI), Mach-O loader.h, PKWARE APPNOTE 4.3.7 and 4.3.12, [MS-CFB] 2.2 and 2.6, [MS-SHLLINK] 2.1,
 * ECMA-119 8.1, deb(5), xar and CRX formats.
 *
 * An archive is read by the signatures of its entries wherever they stand, so that lengths that lie, and entries behind other
 * entries, hide nothing.  What is packed with a password still shows its names. */
#pragma once
#include "base/str.h"

/*        bit     word in policy files */
#define SHAPE_TABLE(X) \
	X(PE,     "pe")        /* Windows programs and libraries */ \
	X(ELF,    "elf")       /* Linux, Android */ \
	X(MACHO,  "mach-o")    /* macOS; also Java classes, which begin alike */ \
	X(SCRIPT, "script")    /* #! */ \
	X(DEB,    "deb") \
	X(RPM,    "rpm") \
	X(PKG,    "pkg")       /* macOS installers (xar) */ \
	X(DMG,    "dmg")       /* macOS disk images, by their usual beginning */ \
	X(ISO,    "iso") \
	X(CAB,    "cab") \
	X(MSI,    "msi")       /* Windows installers */ \
	X(LNK,    "lnk")       /* Windows shortcuts */ \
	X(CRX,    "crx")       /* browser extensions */ \
	X(APK,    "apk")       /* Android apps */ \
	X(IPA,    "ipa")       /* iOS apps */ \
	X(APPX,   "appx")      /* Windows store packages */ \
	X(JAR,    "jar")       /* Java programs */ \
	X(MACRO,  "macro")     /* office documents with macros */ \
	X(ZIP,    "zip") \
	X(SEVENZ, "7z") \
	X(RAR,    "rar")

enum shape_at {
#define SHAPE_AT_(name, word) SHAPE_AT_##name,
	SHAPE_TABLE(SHAPE_AT_)
#undef SHAPE_AT_
	N_SHAPE
};
enum shape_bit {
#define SHAPE_BIT_(name, word) SHAPE_##name = 1 << SHAPE_AT_##name,
	SHAPE_TABLE(SHAPE_BIT_)
#undef SHAPE_BIT_
};
/* The bit of a word; 0: no such word. */
uint32_t shape_word(struct str word);

enum { SHAPE_FIRST = 64, SHAPE_NAME_MAX = 255 };

/* The name of an entry of an archive, as stored, cut at SHAPE_NAME_MAX bytes.  Entries may be told twice. */
typedef void shape_entry_fn(void *owner, struct str name);

struct shape {
	uint32_t is;                    /* SHAPE_ bits found so far */
	shape_entry_fn *entry;          /* may be NULL */
	void *owner;
	uint64_t at;                    /* bytes fed */
	uint8_t first[SHAPE_FIRST];
	size_t n_first;
	bool settled;                   /* the beginning has said what it can say */
	bool over;                      /* nothing more is to be learned */
	struct { uint64_t at; const char *bytes; size_t n, fit; uint32_t is; } probe;      /* bytes further on */
	struct { uint32_t last; uint8_t head[46]; size_t n, of; size_t name_left, n_name; char name[SHAPE_NAME_MAX]; } zip;
};

void shape_begin(struct shape *s, shape_entry_fn *entry, void *owner);
/* The next bytes; last: no more follow.  Afterwards s->is and s->over. */
void shape_feed(struct shape *s, struct str bytes, bool last);
