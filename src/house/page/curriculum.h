/* curriculum.h - what the pages of lessons and occasions share. */
#pragma once
#include "gen_ui.h"
#include "house/curriculum/map.h"
#include "house/web/web.h"

/* The school year asked for (?year=2026), else the one now. */
struct school_year { int year; int64_t from_utc, to_utc; };
struct school_year page_school_year(const struct page_ctx *c);
/* ERR_FORBIDDEN: a child, who reads their own record only. */
enum err page_reads_curriculum(const struct page_ctx *c);
/* Everything of that year, in the page's arena. */
enum err page_teaching(struct page_ctx *c, const struct school_year *y, struct teaching *out);
const struct curriculum *page_curriculum(const struct page_ctx *c);
/* "Taught on 3 March 2026", "Planned for ...", "Gap", and its colour. */
struct str page_cover_words(struct arena *a, const struct covered *v);
const char *page_cover_colour(const struct covered *v);
/* A day of a form; findings on the field. */
int64_t page_day(struct page_ctx *c, const char *field, const char *missing);
/* The ticked values of a field, parted by spaces. */
struct str page_ticks(struct page_ctx *c, const char *field);
/* Tick boxes of outcomes; `years` bits to show (0: those that grown-ups hear of too). */
struct part_checkboxes page_outcomes(struct page_ctx *c, uint32_t years, struct str ticked, enum text_key legend);
/* Staff to choose from. */
enum err page_staff(struct page_ctx *c, const char *field, enum text_key label, int64_t chosen, struct part_select *out);
