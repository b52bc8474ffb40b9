// SPDX-License-Identifier: BSD-2-Clause
// The form of codecs elements, a row for each family: RFC 6381 3.3, ISO/IEC 14496-15 annex
// E, AV1-ISOBMFF 5, VP9-ISOBMFF, ETSI TS 103 190-2 E.13, Dolby Vision within ISOBMFF.
#include <ctype.h>
#include <string.h>

#include "manifests/validate/codec/codec.h"
#include "manifests/validate/codec/codec_parts.h"
#include "src/base/mem.h"

// Parts as patterns: 9 a digit, X a hexadecimal digit, Y one or two of them, L an L or H, M an M or
// H, S nothing or one of A to C, + as many more of the same as there are.
struct grammar {
    const char *entry;
    const char *needed;   // separated by points; "" none
    const char *optional; // may follow, in this order
    bool is_all_or_none;  // of the optional ones
    const char *form;     // for people
};

#define AVC_FORM  ".PPCCLL, six hexadecimal digits for profile, constraints and level"
#define HEVC_FORM ".profile.compatibility.Llevel and constraint bytes"
#define DV_FORM   ".PP.LL, profile and level in two digits each"
#define HEVC_MORE "Y.Y.Y.Y.Y.Y"

static const struct grammar grammars[] = {
    {"avc1", "XXXXXX", "", false, AVC_FORM},
    {"avc2", "XXXXXX", "", false, AVC_FORM},
    {"avc3", "XXXXXX", "", false, AVC_FORM},
    {"avc4", "XXXXXX", "", false, AVC_FORM},
    {"hvc1", "S9+.X+.L9+", HEVC_MORE, false, HEVC_FORM},
    {"hev1", "S9+.X+.L9+", HEVC_MORE, false, HEVC_FORM},
    {"vvc1", "9+.L9+", "*.*.*", false, ".profile.Llevel and constraints"},
    {"vvi1", "9+.L9+", "*.*.*", false, ".profile.Llevel and constraints"},
    {"av01", "9.99M.99", "9.999.99.99.99.9", true, ".P.LLT.DD, alone or with .M.CCC.cp.tc.mc.F"},
    {"vp09", "99.99.99", "99.99.99.99.99", true, ".PP.LL.DD, alone or with .CC.cp.tc.mc.FF"},
    {"vp08", "99.99.99", "99.99.99.99.99", true, ".PP.LL.DD, alone or with .CC.cp.tc.mc.FF"},
    {"dvh1", "99.99", "", false, DV_FORM},
    {"dvhe", "99.99", "", false, DV_FORM},
    {"dva1", "99.99", "", false, DV_FORM},
    {"dvav", "99.99", "", false, DV_FORM},
    {"dav1", "99.99", "", false, DV_FORM},
    {"mp4a", "XX", "9+", false, ".OO.A, object type in hexadecimal and audio object type"},
    {"mp4v", "XX", "9+", false, ".OO.P, object type in hexadecimal and profile"},
    {"ac-3", "", "", false, " alone"},
    {"ec-3", "", "", false, " alone"},
    {"ac-4", "XX.XX.XX", "", false, ".BB.PP.CC, versions and compatibility in hexadecimal"},
    {"Opus", "", "", false, " alone"},
    {"opus", "", "", false, " alone"},
    {"fLaC", "", "", false, " alone"},
    {"flac", "", "", false, " alone"},
    {"alac", "", "", false, " alone"},
    {"wvtt", "", "", false, " alone"},
};

static bool is_of(char class, char c)
{
    switch (class) {
    case '9':
        return isdigit((unsigned char)c);
    case 'X':
        return isxdigit((unsigned char)c);
    case 'L':
        return c == 'L' || c == 'H';
    case 'M':
        return c == 'M' || c == 'H';
    default:
        return false;
    }
}

// The pattern ends at a point or at the text's end.
static bool part_fits(const char *pattern, const char *text)
{
    for (; *pattern && *pattern != '.'; pattern++) {
        if (*pattern == '*')
            return *text != '\0';
        if (*pattern == 'S') {
            text += *text >= 'A' && *text <= 'C';
            continue;
        }
        if (*pattern == 'Y') {
            if (!is_of('X', *text))
                return false;
            text += is_of('X', text[1]) ? 2 : 1;
            continue;
        }
        if (!is_of(*pattern, *text))
            return false;
        text++;
        if (pattern[1] == '+') {
            while (is_of(*pattern, *text))
                text++;
            pattern++;
        }
    }
    return *text == '\0';
}

// How many parts from `at` on fit the patterns, stopping at the first that does not.
static size_t count_fitting(const struct codec_parts *parts, size_t at, const char *patterns,
                            size_t *ret_patterns)
{
    size_t fitting = 0;
    bool is_fitting = true;
    *ret_patterns = 0;
    for (const char *pattern = patterns; *pattern; (*ret_patterns)++) {
        is_fitting = is_fitting && at + fitting < parts->count &&
                     part_fits(pattern, parts->parts[at + fitting]);
        fitting += is_fitting;
        pattern += strcspn(pattern, ".");
        pattern += *pattern == '.';
    }
    return fitting;
}

static bool fits(const struct grammar *grammar, const struct codec_parts *parts)
{
    size_t needed;
    size_t optional;
    if (count_fitting(parts, 1, grammar->needed, &needed) < needed)
        return false;
    size_t more = count_fitting(parts, 1 + needed, grammar->optional, &optional);
    if (1 + needed + more != parts->count)
        return false;
    return !grammar->is_all_or_none || more == 0 || more == optional;
}

bool codec_string_check(const char *text, struct err *err)
{
    struct codec_parts parts;
    if (!*text)
        return err_set(err, ERR_INPUT, "a codec without a name stands in the list");
    if (strpbrk(text, " \t\r\n"))
        return err_set(err, ERR_INPUT, "\"%.60s\" holds a space", text);
    if (!codec_parts_split(text, &parts))
        return err_set(err, ERR_INPUT, "\"%.60s\" has more parts than any codec", text);
    for (size_t i = 0; i < ARRAY_LEN(grammars); i++) {
        if (strcmp(grammars[i].entry, parts.parts[0]) != 0)
            continue;
        if (!fits(&grammars[i], &parts))
            return err_set(err, ERR_INPUT, "\"%.60s\" is not of the form %s%s", text,
                           grammars[i].entry, grammars[i].form);
        break;
    }
    bool is_mp4a = strcmp(parts.parts[0], "mp4a") == 0;
    bool is_aac = is_mp4a && strcmp(parts.parts[1], "40") == 0;
    if (is_mp4a && is_aac != (parts.count == 3))
        return err_set(err, ERR_INPUT,
                       is_aac ? "\"%.60s\" does not say which audio object type it is"
                              : "\"%.60s\" has an audio object type, which only mp4a.40 has",
                       text);
    return true;
}
