// SPDX-License-Identifier: BSD-2-Clause
// Identity of a run.
#include "src/app/fingerprint.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "src/app/tier_text.h"
#include "src/base/digest.h"
#include "src/base/json.h"
#include "src/media/encode.h"

#define END_BYTES (1 << 20)

static bool digest_range(const struct input *input, int64_t offset, int64_t size,
                         struct digest *digest, struct err *err)
{
    AUTO_FREE uint8_t *block = mem_alloc(END_BYTES);
    while (size > 0) {
        ssize_t got =
            pread(input->fd, block, (size_t)(size < END_BYTES ? size : END_BYTES), offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return err_set(err, ERR_INPUT, "%s: %s", input->name,
                           got < 0 ? strerror(errno) : "became shorter while it was read");
        digest_update(digest, block, (size_t)got);
        offset += got;
        size -= got;
    }
    return true;
}

static json_t *source_json(const struct input *input, struct err *err)
{
    struct digest *digest = digest_new();
    char sha256[65] = "";
    int64_t head = input->size_bytes < END_BYTES ? input->size_bytes : END_BYTES;
    int64_t tail_at = input->size_bytes - END_BYTES > head ? input->size_bytes - END_BYTES : head;
    bool ok = digest_range(input, 0, head, digest, err) &&
              digest_range(input, tail_at, input->size_bytes - tail_at, digest, err);
    if (ok)
        digest_hex(digest, sha256);
    digest_free(&digest);
    if (!ok)
        return NULL;
    return json_pack("{s:I, s:I, s:s}", "size_bytes", (json_int_t)input->size_bytes, "mtime_ns",
                     (json_int_t)input->mtime_ns, "sha256_ends", sha256);
}

static json_t *encoders_json(const struct plan *plan)
{
    json_t *encoders = json_object();
    for (size_t i = 0; i < plan->video_count; i++) {
        char identity[64] = "";
        const struct encoder_ops *ops = encoder_find(plan->video[i].encoder);
        if (ops)
            ops->identity(identity);
        json_object_set_new(encoders, plan->video[i].encoder, json_string(identity));
    }
    return encoders;
}

static json_t *options_json(const struct options *options)
{
    // What shapes the plan; the place and the printing do not.
    static const enum option_id shaping[] = {
        OPTION_LADDER,           OPTION_CODECS,   OPTION_PRESET,
        OPTION_SEGMENT_DURATION, OPTION_GOP,      OPTION_LIMIT_DURATION,
        OPTION_AUDIO_LANGUAGES,  OPTION_NO_AUDIO, OPTION_ALLOW_DAMAGED,
    };
    json_t *object = json_object();
    for (size_t i = 0; i < ARRAY_LEN(shaping); i++) {
        const char *text = options_text(options, shaping[i]);
        json_object_set_new(object, option_find(shaping[i])->name, json_text_lossy(text));
    }
    return object;
}

// All that shapes the bytes. Notes only tell of it.
static void plan_digest(const struct plan *plan, char ret_sha256[65])
{
    AUTO(json_free) json_t *json = plan_to_json(plan);
    json_object_del(json, "tier");
    json_object_del(json, "notes");
    AUTO_FREE char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
    digest_hex_of(text, strlen(text), ret_sha256);
}

json_t *fingerprint_build(const struct plan *plan, const struct input *input,
                          const struct options *options, struct err *err)
{
    json_t *source = source_json(input, err);
    if (!source)
        return NULL;
    char sha256[65];
    plan_digest(plan, sha256);
    return json_pack("{s:s, s:s, s:o, s:o, s:o}", "rung", RUNG_VERSION, "plan_sha256", sha256,
                     "source", source, "encoders", encoders_json(plan), "options",
                     options_json(options));
}

static void list_options(const json_t *now, const json_t *before, struct buf *text)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)now, name, value)
    {
        const char *is = json_string_value(value);
        const char *was = json_string_value(json_object_get(before, name));
        if (is && was && strcmp(is, was) != 0)
            buf_printf(text, "%s--%s is %s, was %s", text->size_bytes ? "; " : "", name,
                       *is ? is : "not set", *was ? was : "not set");
    }
}

bool fingerprint_differs(const json_t *now, const json_t *before, char **ret)
{
    static const struct {
        const char *key;
        const char *text;
    } parts[] = {
        {"source", "the source is another file or has changed"},
        {"rung", "it was started by another version of rung"},
        {"encoders", "the encoder libraries have changed"},
    };
    struct buf text = {0};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (!json_equal(json_object_get(now, parts[i].key), json_object_get(before, parts[i].key)))
            buf_printf(&text, "%s%s", text.size_bytes ? "; " : "", parts[i].text);
    list_options(json_object_get(now, "options"), json_object_get(before, "options"), &text);
    if (text.size_bytes == 0 &&
        !json_equal(json_object_get(now, "plan_sha256"), json_object_get(before, "plan_sha256")))
        buf_printf(&text, "the plan is another one");
    if (text.size_bytes == 0)
        return false;
    buf_put_u8(&text, 0);
    *ret = (char *)text.data;
    return true;
}

void fingerprint_set_tier(json_t *fingerprint, struct tier tier, int encoders_max)
{
    json_t *json = tier_to_json(tier);
    json_object_set_new(json, "encoders_max", json_integer(encoders_max));
    json_object_set_new(fingerprint, "tier", json);
}

bool fingerprint_get_tier(const json_t *fingerprint, struct tier *ret, int *ret_encoders_max)
{
    const json_t *json = json_object_get(fingerprint, "tier");
    int64_t encoders_max = json_int_or(json, "encoders_max", 0);
    if (encoders_max < 0 || encoders_max > PLAN_VIDEO_MAX || !tier_from_json(json, ret))
        return false;
    *ret_encoders_max = (int)encoders_max;
    return true;
}
