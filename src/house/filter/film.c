#include "house/filter/film.h"

#include "base/mem.h"
#include "wire/url.h"

/* Where films stand: after this path, or in a parameter of it. */
static const struct { const char *host, *path, *parameter, *player, *before; } places[] = {
	{ "youtube.com", "/watch", "v", "www.youtube-nocookie.com", "/embed/" },
	{ "youtube.com", "/shorts/", NULL, "www.youtube-nocookie.com", "/embed/" },
	{ "youtube.com", "/live/", NULL, "www.youtube-nocookie.com", "/embed/" },
	{ "youtube.com", "/embed/", NULL, "www.youtube-nocookie.com", "/embed/" },
	{ "youtube-nocookie.com", "/embed/", NULL, "www.youtube-nocookie.com", "/embed/" },
	{ "youtu.be", "/", NULL, "www.youtube-nocookie.com", "/embed/" },
	{ "player.vimeo.com", "/video/", NULL, "player.vimeo.com", "/video/" },
	{ "vimeo.com", "/", NULL, "player.vimeo.com", "/video/" },
};

static struct str until(struct str s, const char *ends)
{
	for (size_t i = 0; i < s.n; i++)
		if (strchr(ends, s.p[i]))
			return str_upto(s, i);
	return s;
}

static struct str parameter(struct str path, const char *name)
{
	ptrdiff_t q = str_chr(path, '?');
	struct str query = q < 0 ? STR_NONE : until(str_from(path, (size_t)q + 1), "#"), piece;
	while (str_next(&query, '&', &piece)) {
		ptrdiff_t eq = str_chr(piece, '=');
		if (eq > 0 && str_is(str_upto(piece, (size_t)eq), name))
			return str_from(piece, (size_t)eq + 1);
	}
	return STR_NONE;
}

static bool is_id(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_alpha(s.p[i]) && !ascii_digit(s.p[i]) && s.p[i] != '-' && s.p[i] != '_')
			return false;
	return s.n >= 4 && s.n <= 32;
}

static bool of_host(struct str host, const char *place)
{
	if (str_starts(host, STR("www.")) || str_starts(host, STR("m.")))
		host = str_from(host, host.p[0] == 'w' ? 4 : 2);
	return str_is(host, place);
}

enum err film_read(struct str address, struct film *out)
{
	struct url u;
	address = str_trim(address);
	if (url_read(address, &u) != OK || u.is_addr)
		return ERR_SYNTAX;
	for (size_t i = 0; i < ARRAY_N(places); i++) {
		struct str want = str_z(places[i].path);
		if (!of_host(url_host(&u), places[i].host) || !str_starts(u.path, want))
			continue;
		struct str id = places[i].parameter ? parameter(u.path, places[i].parameter) : until(str_from(u.path, want.n), "/?#&");
		if (!is_id(id))
			continue;
		int n = snprintf(out->room, sizeof out->room, "%s%.*s", places[i].before, STRF(id));
		out->host = str_z(places[i].player);
		out->path = (struct str){ out->room, (size_t)n };
		return OK;
	}
	return ERR_SYNTAX;
}
