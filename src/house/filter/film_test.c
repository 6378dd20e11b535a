#include "house/filter/film.h"

#include "base/test.h"

TEST(film, whatever_a_teacher_copies_is_the_player_alone)
{
	static const struct { const char *typed, *host, *path; } table[] = {
		{ "https://www.youtube.com/watch?v=abcd_123-XY&t=40s", "www.youtube-nocookie.com", "/embed/abcd_123-XY" },
		{ "https://www.youtube.com/watch?list=PL1&v=abcd1234#x", "www.youtube-nocookie.com", "/embed/abcd1234" }, { " https://youtu.be/abcd1234?si=1 ", "www.youtube-nocookie.com", "/embed/abcd1234" },
		{ "https://m.youtube.com/shorts/abcd1234", "www.youtube-nocookie.com", "/embed/abcd1234" }, { "https://www.youtube-nocookie.com/embed/abcd1234", "www.youtube-nocookie.com", "/embed/abcd1234" },
		{ "https://vimeo.com/76979871", "player.vimeo.com", "/video/76979871" }, { "https://player.vimeo.com/video/76979871?h=1", "player.vimeo.com", "/video/76979871" },
	};
	static const char *const none[] = { "", "youtube", "https://www.youtube.com/", "https://www.youtube.com/watch?v=", "https://www.youtube.com/watch?v=../../x", "https://www.youtube.com/@somebody",
		"https://youtube.com.example/watch?v=abcd1234", "https://example.test/watch?v=abcd1234", "https://vimeo.com/a/b", "https://youtu.be/%2e%2e" };
	for (size_t i = 0; i < ARRAY_N(table); i++) {
		struct film f;
		CHECK_OK(film_read(str_z(table[i].typed), &f));
		CHECK_STR(f.host, table[i].host);
		CHECK_STR(f.path, table[i].path);
	}
	for (size_t i = 0; i < ARRAY_N(none); i++) {
		struct film f;
		CHECK_ERR(film_read(str_z(none[i]), &f), ERR_SYNTAX);
	}
}
