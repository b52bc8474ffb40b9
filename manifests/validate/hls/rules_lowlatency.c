// SPDX-License-Identifier: BSD-2-Clause
// Low-latency HLS, as far as one reading shows it (rfc8216bis 4.4.3.7, 4.4.3.8, 4.4.4.9,
// 4.4.5.2, 4.4.5.3).
#include <string.h>

#include "manifests/validate/hls/look.h"
#include "manifests/validate/hls/rules_private.h"
#include "manifests/validate/hls/value.h"
#include "src/base/mem.h"

static void check_m35(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    const struct hls_tag *tag = hls_tag_find(playlist, "EXT-X-SKIP");
    (void)evidence;
    if (tag)
        FIND(M35, playlist, tag->line, NULL, NULL,
             "EXT-X-SKIP leaves segments out of a playlist that nobody asked to be a delta update");
}
HLS_RUN(M35, media, check_m35)

static bool attribute_seconds(const struct hls_tag *tag, const char *name, struct rational *ret)
{
    return tag && value_decimal(hls_attribute(tag, name), ret);
}

// The attribute is at least `factor` times a number of seconds.
static void check_least(const struct hls_playlist *playlist, const char *name,
                        struct rational least, struct findings *findings)
{
    const struct hls_tag *tag = hls_tag_find(playlist, "EXT-X-SERVER-CONTROL");
    struct rational value;
    char stated[40], text[40];
    if (!attribute_seconds(tag, name, &value) || rational_cmp(value, least) >= 0)
        return;
    value_seconds(value, stated);
    value_seconds(least, text);
    FIND(M36, playlist, tag->line, stated, text, "%s is %s and has to be at least %s", name, stated,
         text);
}

static void check_parts(const struct hls_playlist *playlist, struct findings *findings)
{
    const struct hls_tag *info = hls_tag_find(playlist, "EXT-X-PART-INF");
    struct rational target, duration;
    bool has_target = attribute_seconds(info, "PART-TARGET", &target);
    bool is_reported = false;
    for (size_t i = 0; i < playlist->tag_count; i++) {
        const struct hls_tag *tag = &playlist->tags[i];
        if (strcmp(tag->name, "EXT-X-PART") != 0)
            continue;
        if (!info && !is_reported)
            FIND(M36, playlist, tag->line, NULL, NULL,
                 "the playlist holds EXT-X-PART and no EXT-X-PART-INF");
        is_reported = true;
        if (has_target && attribute_seconds(tag, "DURATION", &duration) &&
            rational_cmp(duration, target) > 0)
            FIND(M36, playlist, tag->line, hls_attribute(tag, "DURATION"),
                 hls_attribute(info, "PART-TARGET"),
                 "the part lasts %s s, longer than PART-TARGET=%s", hls_attribute(tag, "DURATION"),
                 hls_attribute(info, "PART-TARGET"));
    }
    if (!has_target)
        return;
    const struct hls_tag *control = hls_tag_find(playlist, "EXT-X-SERVER-CONTROL");
    if (!control || !hls_attribute(control, "PART-HOLD-BACK"))
        FIND(M36, playlist, info->line, NULL, NULL,
             "EXT-X-PART-INF needs a PART-HOLD-BACK in EXT-X-SERVER-CONTROL");
    check_least(playlist, "PART-HOLD-BACK", rational_mul(target, (struct rational){2, 1}),
                findings);
}

static void check_m36(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    const struct hls_tag *control = hls_tag_find(playlist, "EXT-X-SERVER-CONTROL");
    (void)evidence;
    check_parts(playlist, findings);
    if (!control)
        return;
    if (playlist->target_duration > 0) {
        check_least(playlist, "HOLD-BACK", rational_make(playlist->target_duration * 3, 1),
                    findings);
        check_least(playlist, "CAN-SKIP-UNTIL", rational_make(playlist->target_duration * 6, 1),
                    findings);
    }
    if (hls_attribute(control, "CAN-SKIP-DATERANGES") && !hls_attribute(control, "CAN-SKIP-UNTIL"))
        FIND(M36, playlist, control->line, NULL, NULL,
             "CAN-SKIP-DATERANGES needs CAN-SKIP-UNTIL beside it");
}
HLS_RUN(M36, media, check_m36)

// --- M47: parts that are too short, hints where nothing comes

static bool says_yes(const struct hls_tag *tag, const char *name)
{
    return look_same(hls_attribute(tag, name), "YES");
}

// Whether another part of the same segment follows; then the part may not be short, unless
// what follows is a gap.
static bool goes_on(const struct hls_playlist *playlist, size_t at)
{
    for (size_t i = at + 1; i < playlist->tag_count; i++) {
        const struct hls_tag *tag = &playlist->tags[i];
        if (strcmp(tag->name, "EXT-X-PART") == 0)
            return !says_yes(tag, "GAP");
        if (strcmp(tag->name, "EXTINF") == 0)
            return false;
    }
    return false;
}

static void check_m47(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    const struct hls_tag *info = hls_tag_find(playlist, "EXT-X-PART-INF");
    const struct hls_tag *hint = hls_tag_find(playlist, "EXT-X-PRELOAD-HINT");
    struct rational target, duration;
    (void)evidence;
    if (hint && playlist->has_endlist)
        FIND(M47, playlist, hint->line, NULL, NULL,
             "EXT-X-PRELOAD-HINT announces more, and EXT-X-ENDLIST says that nothing comes");
    if (!attribute_seconds(info, "PART-TARGET", &target))
        return;
    struct rational least = rational_mul(target, (struct rational){85, 100});
    for (size_t i = 0; i < playlist->tag_count; i++) {
        const struct hls_tag *tag = &playlist->tags[i];
        if (strcmp(tag->name, "EXT-X-PART") != 0 || says_yes(tag, "INDEPENDENT") ||
            says_yes(tag, "GAP") || !attribute_seconds(tag, "DURATION", &duration) ||
            rational_cmp(duration, least) >= 0 || !goes_on(playlist, i))
            continue;
        char stated[40], text[40];
        value_seconds(duration, stated);
        value_seconds(least, text);
        FIND(M47, playlist, tag->line, stated, text,
             "the part lasts %s, less than 85 %% of PART-TARGET, which is %s, and others follow",
             stated, text);
    }
}
HLS_RUN(M47, media, check_m47)

// --- M48: what the server offers

static void check_advised(const struct hls_playlist *playlist, const struct hls_tag *control,
                          struct findings *findings)
{
    struct rational target, value;
    char stated[40], text[40];
    if (!attribute_seconds(hls_tag_find(playlist, "EXT-X-PART-INF"), "PART-TARGET", &target))
        return;
    if (!control || !says_yes(control, "CAN-BLOCK-RELOAD"))
        FIND(M48, playlist, control ? control->line : 1, NULL, NULL,
             "the playlist has parts, and no CAN-BLOCK-RELOAD=YES, so that players poll for them");
    struct rational least = rational_mul(target, (struct rational){3, 1});
    if (!attribute_seconds(control, "PART-HOLD-BACK", &value) || rational_cmp(value, least) >= 0)
        return;
    value_seconds(value, stated);
    value_seconds(least, text);
    FIND(M48, playlist, control->line, stated, text,
         "PART-HOLD-BACK is %s, less than three times PART-TARGET, %s", stated, text);
}

static void check_m48(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    static const char *const names[] = {"HOLD-BACK", "PART-HOLD-BACK"};
    const struct hls_tag *control = hls_tag_find(playlist, "EXT-X-SERVER-CONTROL");
    struct rational length = look_stated_duration(playlist), value;
    (void)evidence;
    if (playlist->has_endlist)
        return;
    check_advised(playlist, control, findings);
    // Parts behind the last segment are not counted in: they are less than a target duration.
    struct rational slack = rational_make(playlist->target_duration, 1);
    for (size_t i = 0; i < ARRAY_LEN(names) && playlist->media_sequence > 1; i++) {
        if (!attribute_seconds(control, names[i], &value) || playlist->target_duration <= 0 ||
            rational_cmp(value, rational_add(length, slack)) <= 0)
            continue;
        char stated[40], text[40];
        value_seconds(value, stated);
        value_seconds(length, text);
        FIND(M48, playlist, control->line, stated, text, "%s is %s, and the playlist lists only %s",
             names[i], stated, text);
    }
}
HLS_RUN(M48, media, check_m48)
