// SPDX-License-Identifier: BSD-2-Clause
// The report as one JSON document; its schema is docs/validate-json.md.
#include <jansson.h>

#include "manifests/validate/report/order_private.h"
#include "src/base/json.h"

static void set_text(json_t *object, const char *key, const char *text)
{
    if (text)
        json_object_set_new(object, key, json_text_lossy(text));
}

static json_t *finding_to_json(const struct report_input *input, const struct finding *finding)
{
    const struct rule_row *row = finding_row(input, finding);
    AUTO_FREE char *where = finding_where(finding);
    json_t *object = json_object();
    set_text(object, "rule", rule_id_name(row->id));
    set_text(object, "level", rule_level_name(row->level));
    set_text(object, "track", finding->track);
    set_text(object, "where", where);
    set_text(object, "file", finding->file);
    if (finding->line > 0)
        json_object_set_new(object, "line", json_integer(finding->line));
    if (finding->byte >= 0)
        json_object_set_new(object, "byte", json_integer(finding->byte));
    set_text(object, "path", finding->path);
    set_text(object, "message", finding->message);
    set_text(object, "stated", finding->stated);
    set_text(object, "measured", finding->measured);
    set_text(object, "source", row->source);
    set_text(object, "fix", row->fix);
    return object;
}

static void put_video(json_t *measured, const struct init_facts *init)
{
    json_object_set_new(measured, "width", json_integer(init->codec.width_px));
    json_object_set_new(measured, "height", json_integer(init->codec.height_px));
}

static void put_audio(json_t *measured, const struct init_facts *init)
{
    json_object_set_new(measured, "channels", json_integer(init->codec.channels));
    json_object_set_new(measured, "sample_rate_hz", json_integer(init->codec.sample_rate_hz));
}

static json_t *track_to_json(const struct evidence *evidence, const struct track *track)
{
    static const char *const origins[] = {"hls", "hls-iframes", "dash", "file"};
    struct track_measure measure;
    const struct init_facts *init = track_init(evidence, track, 0);
    track_measure_build(evidence, track, &measure);
    json_t *object = json_object();
    json_t *measured = json_object();
    set_text(object, "id", track->name);
    set_text(object, "listed_by", origins[track->origin]);
    set_text(object, "file", track->file);
    set_text(object, "type", media_kind_name(track->kind));
    json_object_set_new(object, "segments", json_integer((json_int_t)track->segment_count));
    json_object_set_new(object, "is_whole", json_boolean(track->is_whole));
    json_set_rational(measured, "duration", measure.duration);
    json_object_set_new(measured, "duration_s", json_real(rational_to_double(measure.duration)));
    json_object_set_new(measured, "shortest_segment_s",
                        json_real(rational_to_double(measure.shortest)));
    json_object_set_new(measured, "longest_segment_s",
                        json_real(rational_to_double(measure.longest)));
    json_object_set_new(measured, "bytes", json_integer(measure.bytes));
    json_object_set_new(measured, "average_bandwidth_bps", json_integer(measure.average_bps));
    json_object_set_new(measured, "peak_bandwidth_bps", json_integer(measure.peak_bps));
    if (init) {
        set_text(measured, "codec", init->codec.string);
        if (init->kind == MEDIA_VIDEO)
            put_video(measured, init);
        if (init->kind == MEDIA_AUDIO)
            put_audio(measured, init);
    }
    json_object_set_new(object, "measured", measured);
    return object;
}

static json_t *rules_off(const struct report_input *input)
{
    json_t *list = json_array();
    for (size_t id = 0; id < RULE_COUNT; id++)
        if (input->rules->rows[id] && input->findings->is_off[id])
            json_array_append_new(list, json_string(rule_id_name((enum rule_id)id)));
    return list;
}

static json_t *rule_totals(const struct report_input *input)
{
    json_t *object = json_object();
    for (size_t id = 0; id < RULE_COUNT; id++)
        if (input->findings->total[id])
            json_object_set_new(object, rule_id_name((enum rule_id)id),
                                json_integer(input->findings->total[id]));
    return object;
}

static void put_reading(const struct report_input *input, json_t *root)
{
    const struct evidence *evidence = input->evidence;
    struct reading_counts counts = evidence_reading(evidence);
    json_object_set_new(
        root, "read",
        json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:b}", "playlists",
                  (json_int_t)evidence->playlist_count, "mpds", (json_int_t)evidence->mpd_count,
                  "segments", (json_int_t)counts.read, "segments_listed", (json_int_t)counts.listed,
                  "bytes", (json_int_t)input->bytes_read, "requests", (json_int_t)input->requests,
                  "wall_s", input->wall_s, "is_sampled", evidence->is_sampled));
}

void report_json(const struct report_input *input, struct buf *ret)
{
    struct order order;
    order_build(input, &order);
    json_t *root = json_object();
    json_t *tracks = json_array();
    json_t *list = json_array();
    set_text(root, "rung", RUNG_VERSION);
    set_text(root, "input", input->given);
    json_object_set_new(root, "errors", json_integer(order.totals[LEVEL_ERROR]));
    json_object_set_new(root, "warnings", json_integer(order.totals[LEVEL_WARNING]));
    json_object_set_new(root, "notices", json_integer(order.totals[LEVEL_NOTICE]));
    set_text(root, "profile", input->profile ? input->profile : "all");
    for (size_t i = 0; i < input->evidence->track_count; i++)
        json_array_append_new(tracks, track_to_json(input->evidence, &input->evidence->tracks[i]));
    for (size_t i = 0; i < order.count; i++)
        json_array_append_new(list, finding_to_json(input, order.items[i]));
    json_object_set_new(root, "tracks", tracks);
    json_object_set_new(root, "findings", list);
    json_object_set_new(root, "totals", rule_totals(input));
    json_object_set_new(root, "rules_off", rules_off(input));
    put_reading(input, root);
    char *text = json_dumps(root, JSON_INDENT(2));
    buf_printf(ret, "%s\n", text ? text : "{}");
    MEM_FREE(text);
    json_decref(root);
    order_done(&order);
}
