// SPDX-License-Identifier: BSD-2-Clause
// Options to plan options.
#include "src/app/request.h"

#include <stdio.h>
#include <string.h>

#include "src/app/tier_text.h"
#include "src/base/file.h"
#include "src/base/json.h"
#include "src/media/encode.h"
#include "src/media/ladder_file.h"

#define LADDER_MAX_BYTES (1u << 20)

static bool read_ladder(const char *text, struct plan_options *options, struct err *err)
{
    if (ladder_text_is_inline(text))
        return ladder_from_text(text, options, err) || err_wrap(err, "--ladder");
    AUTO(buf_done) struct buf bytes = {0};
    if (!file_read(text, LADDER_MAX_BYTES, &bytes, err)) {
        if (err)
            err->kind = ERR_CONFIG;
        return err_wrap(err, "--ladder is neither \"default\" nor a list like 1080,720; as a file");
    }
    json_error_t problem;
    AUTO(json_free)
    json_t *table =
        json_loadb((const char *)bytes.data, bytes.size_bytes, JSON_REJECT_DUPLICATES, &problem);
    if (!table)
        return err_set(err, ERR_CONFIG, "ladder file %s, line %d: %s", text, problem.line,
                       problem.text);
    return ladder_from_json(table, options, err) || err_wrap(err, "ladder file %s", text);
}

static bool read_languages(const char *text, struct plan_options *options, struct err *err)
{
    AUTO_FREE char *copy = mem_strdup(text);
    char *rest = copy;
    for (char *word; (word = strsep(&rest, ",")) != NULL;) {
        size_t i = options->audio_language_count;
        if (i == ARRAY_LEN(options->audio_languages))
            return err_set(err, ERR_CONFIG, "--audio-languages: more than %zu",
                           ARRAY_LEN(options->audio_languages));
        if (strlen(word) >= sizeof options->audio_languages[i])
            return err_set(err, ERR_CONFIG, "--audio-languages: \"%s\" is not a language", word);
        snprintf(options->audio_languages[i], sizeof options->audio_languages[i], "%s", word);
        options->audio_language_count++;
    }
    return true;
}

static void read_codecs(const char *text, struct plan_options *options)
{
    AUTO_FREE char *copy = mem_strdup(text);
    char *rest = copy;
    for (int i = 0; i < VIDEO_CODEC_COUNT; i++)
        options->codecs[i] = false;
    for (char *word; (word = strsep(&rest, ",")) != NULL;)
        for (int i = 0; i < VIDEO_CODEC_COUNT; i++)
            if (strcmp(word, video_codec_name((enum video_codec)i)) == 0)
                options->codecs[i] = true;
}

static bool is_in_range(enum option_id id, struct rational seconds)
{
    const struct option_row *row = option_find(id);
    return rational_cmp(seconds, rational_make(row->min, 1000)) >= 0 &&
           rational_cmp(seconds, rational_make(row->max, 1000)) <= 0;
}

static void add_seconds(enum option_id id, struct rational seconds, struct buf *text)
{
    char number[48];
    if (!is_in_range(id, seconds))
        return;
    rational_format_short(seconds, number);
    buf_printf(text, "%s--%s %s", text->size_bytes ? ", " : "", option_find(id)->name, number);
}

// A gop that was asked for is kept or refused, with the nearest pairs that are right.
static bool check_gop(const struct options *options, const struct plan_options *request,
                      struct err *err)
{
    struct rational segment = request->segment_duration, gop = request->gop;
    if (gop.num == 0 || rational_div(segment, gop).den == 1)
        return true;
    struct rational below = rational_make(rational_floor(rational_div(segment, gop), 1), 1);
    struct rational above = rational_add(below, rational_make(1, 1));
    AUTO(buf_done) struct buf right = {0};
    add_seconds(OPTION_GOP, rational_div(segment, above), &right);
    if (below.num > 0) {
        add_seconds(OPTION_GOP, rational_div(segment, below), &right);
        add_seconds(OPTION_SEGMENT_DURATION, rational_mul(gop, below), &right);
    }
    add_seconds(OPTION_SEGMENT_DURATION, rational_mul(gop, above), &right);
    return err_set(err, ERR_CONFIG,
                   "--gop %s does not divide --segment-duration %s; the nearest that fit: %.*s",
                   options_text(options, OPTION_GOP),
                   options_text(options, OPTION_SEGMENT_DURATION), (int)right.size_bytes,
                   (const char *)right.data);
}

bool request_build(const struct options *options, struct plan_options *ret, struct err *err)
{
    struct plan_options request;
    plan_options_init(&request);
    if (!read_ladder(options_text(options, OPTION_LADDER), &request, err))
        return false;
    read_codecs(options_text(options, OPTION_CODECS), &request);
    snprintf(request.preset, sizeof request.preset, "%s", options_text(options, OPTION_PRESET));
    request.segment_duration = options_seconds(options, OPTION_SEGMENT_DURATION);
    request.gop = options_seconds(options, OPTION_GOP);
    if (!check_gop(options, &request, err))
        return false;
    request.limit_duration = options_seconds(options, OPTION_LIMIT_DURATION);
    request.no_audio = options_bool(options, OPTION_NO_AUDIO);
    const char *languages = options_text(options, OPTION_AUDIO_LANGUAGES);
    if (languages && !read_languages(languages, &request, err))
        return false;
    *ret = request;
    return true;
}

static struct tier_rules rules_of(const struct options *options)
{
    struct tier_rules rules = {.policy = TIER_POLICY_STEPS};
    const char *text = options_text(options, OPTION_FALLBACK);
    if (strcmp(text, "never") == 0)
        rules.policy = TIER_POLICY_NEVER;
    else if (strcmp(text, "cpu") == 0)
        rules.policy = TIER_POLICY_CPU;
    else if (strcmp(text, "auto") != 0)
        tier_from_text(text, &rules.floor); // was checked when it was read
    return rules;
}

bool request_tiers(const struct options *options, struct tier_request *ret, struct err *err)
{
    struct tier_request request = {.rules = rules_of(options)};
    const char *wanted = options_text(options, OPTION_HWACCEL);
    enum device device = DEVICE_CPU;
    enum device floor = tier_accelerator(request.rules.floor);
    request.number = (int)options_integer(options, OPTION_DEVICE, 0);
    if (strcmp(wanted, "auto") == 0) {
        for (unsigned i = DEVICE_CPU + 1; i < DEVICE_COUNT; i++)
            if (floor == DEVICE_CPU || floor == (enum device)i)
                request.devices[request.device_count++] = (enum device)i;
    } else if (device_from_name(wanted, &device) && device != DEVICE_CPU) {
        request.devices[request.device_count++] = device;
    }
    request.is_by_name = device != DEVICE_CPU || floor != DEVICE_CPU;
    if (floor != DEVICE_CPU && (request.device_count != 1 || request.devices[0] != floor))
        return err_set(err, ERR_CONFIG, "--fallback %s wants %s, which --hwaccel %s leaves out",
                       options_text(options, OPTION_FALLBACK), device_name(floor), wanted);
    *ret = request;
    return true;
}

bool request_check_encoders(const struct plan *plan, struct err *err)
{
    for (size_t i = 0; i < plan->video_count; i++)
        if (!encoder_find(plan->video[i].encoder))
            return err_set(err, ERR_CONFIG, "--codecs %s: encoder %s is not in this build",
                           video_codec_name(plan->video[i].codec), plan->video[i].encoder);
    return true;
}
