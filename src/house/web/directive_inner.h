/* directive_inner.h - the part of directive.c that reads foreign bytes. */
#pragma once
#include "base/str.h"

/* {"ok": true, ...}: OK; refused: ERR_STATE; anything else: ERR_SYNTAX. */
enum err directive_answer(struct str bytes);
