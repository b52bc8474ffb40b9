// SPDX-License-Identifier: BSD-2-Clause
// What one sample is: which picture, whether its flags say the truth, whether it begins
// as its codec's samples do (ISO/IEC 14496-12 8.8.3.1, 14496-15, ETSI TS 102 366 F).
#include <inttypes.h>
#include <string.h>

#include "manifests/validate/iso/segment_private.h"
#include "src/base/mem.h"

static const char path_of_sample[] = "mdat/sample";

static bool is_entry(const struct segment_scan *scan, const char *entry)
{
    return scan->init && strcmp(scan->init->entry, entry) == 0;
}

static bool is_hevc(const struct segment_scan *scan)
{
    return is_entry(scan, "hvc1") || is_entry(scan, "hev1") || is_entry(scan, "dvh1") ||
           is_entry(scan, "dvhe");
}

static bool is_avc(const struct segment_scan *scan)
{
    return is_entry(scan, "avc1") || is_entry(scan, "avc3");
}

static void check_flags(struct segment_scan *scan, const struct sample *sample)
{
    uint32_t flags = sample->flags;
    if (sample_is_sync(flags) && sample_depends_on(flags) == 1)
        ISO_REPORT_ONCE(&scan->reader, RULE_S66,
                        SPOT(sample->at, path_of_sample, iso_hex(flags).text),
                        "A sample is flagged as a sync sample and as depending on others");
    if (scan->init && !sample_is_sync(flags) &&
        (scan->init->kind == MEDIA_TEXT ||
         (scan->init->kind == MEDIA_AUDIO && scan->init->codec.profile != 42 &&
          (is_entry(scan, "mp4a") || is_entry(scan, "ac-3") || is_entry(scan, "ec-3")))))
        ISO_REPORT_ONCE(&scan->reader, RULE_S75,
                        SPOT(sample->at, path_of_sample, iso_hex(flags).text),
                        "A %s sample is flagged as no sync sample, though each stands alone",
                        media_kind_name(scan->init->kind));
}

// ISO/IEC 14496-15 5.4.3 and 8.4.3: which pictures may be sync samples.
static void check_sync(struct segment_scan *scan, const struct sample *sample,
                       const struct sample_look *look)
{
    bool is_flagged = sample_is_sync(sample->flags);
    if (is_flagged && !look->may_be_sync)
        ISO_REPORT_ONCE(&scan->reader, RULE_S19,
                        SPOT(sample->at, path_of_sample, "sync", "no IDR or key frame"),
                        "A sample at %" PRId64 " is flagged as a sync sample, but its picture is "
                        "no IDR or key frame",
                        sample->time);
    if (!is_flagged && look->is_idr)
        ISO_REPORT_ONCE(&scan->reader, RULE_S19,
                        SPOT(sample->at, path_of_sample, "non-sync", "IDR or key frame"),
                        "A sample at %" PRId64
                        " is an IDR picture or key frame, but flagged as no sync sample",
                        sample->time);
    if ((is_avc(scan) || is_hevc(scan)) && sample_is_depended_on(sample->flags) == 2 &&
        !look->is_disposable)
        ISO_REPORT_ONCE(&scan->reader, RULE_S86,
                        SPOT(sample->at, path_of_sample, iso_hex(sample->flags).text),
                        "A sample is flagged as one that no other depends on, but it is a "
                        "reference picture");
}

static void check_start(struct segment_scan *scan, const struct sample *sample,
                        const struct sample_look *look)
{
    if (!look->is_idr && look->sap_type != 1 && look->sap_type != 2)
        iso_report(&scan->reader, RULE_S18,
                   SPOT(sample->at, path_of_sample, NULL,
                        look->sap_type == 3 ? "open group of pictures" : "no sync sample"),
                   "The segment does not begin with an IDR picture or key frame");
    bool is_in_band = is_entry(scan, "avc3") || is_entry(scan, "hev1");
    if (is_in_band && scan->codec->set_count == 0 && !look->has_foreign_set && !look->has_same_set)
        iso_report(&scan->reader, RULE_S73, SPOT(sample->at, path_of_sample, scan->init->entry),
                   "Parameter sets of '%s' are in band, but the segment's first sample has none",
                   scan->init->entry);
}

static void note_idr(struct unit *unit, int64_t time)
{
    if (unit->first_idr_time == INT64_MIN)
        unit->first_idr_time = time;
    else if (time - unit->last_idr_time > unit->longest_idr_gap)
        unit->longest_idr_gap = time - unit->last_idr_time;
    unit->last_idr_time = time;
}

static void look_at(struct segment_scan *scan, struct fragment *fragment,
                    const struct sample *sample)
{
    struct sample_look look = {0};
    struct unit *unit = scan->unit;
    codec_look(scan->codec, scan->reader.data + sample->at, sample->size_bytes, &look);
    if (look.malformed)
        ISO_REPORT_ONCE(&scan->reader, RULE_S74, SPOT(sample->at, path_of_sample),
                        "The sample at %" PRId64 " is malformed: %s", sample->time, look.malformed);
    if (look.discouraged)
        ISO_REPORT_ONCE(&scan->reader, RULE_S91, SPOT(sample->at, path_of_sample),
                        "The sample at %" PRId64 " should not be so: %s", sample->time,
                        look.discouraged);
    if (!look.is_known)
        return;
    check_sync(scan, sample, &look);
    if (look.is_idr)
        note_idr(unit, sample->time);
    if (sample->is_first)
        fragment->facts.is_sync &= look.is_idr || look.sap_type == 1 || look.sap_type == 2;
    if (unit->sample_count == 1) { // this one: it is counted already
        unit->sap_type = look.sap_type;
        check_start(scan, sample, &look);
    }
    if (look.has_foreign_set && (is_entry(scan, "avc1") || is_entry(scan, "hvc1")))
        ISO_REPORT_ONCE(&scan->reader, RULE_S6, SPOT(sample->at, path_of_sample, scan->init->entry),
                        "A parameter set in the samples is not that of the configuration, "
                        "which '%s' does not allow",
                        scan->init->entry);
}

static bool is_about(const struct init_facts *init, uint64_t scaled, uint32_t samples,
                     uint32_t rate_hz)
{
    uint64_t wanted = (uint64_t)samples * init->timescale_hz;
    uint64_t off = scaled > wanted ? scaled - wanted : wanted - scaled;
    // Timescales that are no multiple of the rate round to a tick.
    return init->timescale_hz % rate_hz == 0 ? off == 0 : off <= rate_hz;
}

// One coded frame, at the rate of the core or after band replication doubled it.
static bool is_frame_length(const struct init_facts *init, uint32_t duration)
{
    const struct codec_facts *codec = &init->codec;
    const uint32_t rates_hz[] = {codec->sample_rate_hz, codec->core_sample_rate_hz};
    for (size_t i = 0; i < ARRAY_LEN(rates_hz); i++) {
        uint64_t scaled = (uint64_t)duration * rates_hz[i];
        if (rates_hz[i] && (is_about(init, scaled, codec->frame_samples, rates_hz[i]) ||
                            is_about(init, scaled, 2 * codec->frame_samples, rates_hz[i])))
            return true;
    }
    return false;
}

// A frame that is too long or too short shifts all that follow; the last of a segment may
// be cut, which the next one's sample shows.
static void check_frame_length(struct segment_scan *scan, const struct sample *sample)
{
    const struct init_facts *init = scan->init;
    if (init->codec.frame_samples == 0 || init->codec.frame_samples > UINT16_MAX ||
        init->codec.sample_rate_hz == 0 || init->timescale_hz == 0)
        return;
    if (scan->odd_duration)
        ISO_REPORT_ONCE(&scan->reader, RULE_S76,
                        SPOT(sample->at, path_of_sample, iso_number(scan->odd_duration).text),
                        "A sample lasts %" PRIu32 " ticks at timescale %" PRIu32
                        ", which is no frame of '%s' at %" PRIu32 " Hz",
                        scan->odd_duration, init->timescale_hz, init->entry,
                        init->codec.sample_rate_hz);
    scan->odd_duration = 0;
    if (!is_frame_length(init, sample->duration))
        scan->odd_duration = sample->duration;
}

static void check_audio_bytes(struct segment_scan *scan, const struct sample *sample)
{
    const uint8_t *data = scan->reader.data + sample->at;
    if (sample->size_bytes < 2)
        return;
    uint32_t head = (uint32_t)data[0] << 8 | data[1];
    bool is_ac3 = is_entry(scan, "ac-3") || is_entry(scan, "ec-3");
    if (is_ac3 && head != 0x0b77)
        ISO_REPORT_ONCE(&scan->reader, RULE_S77,
                        SPOT(sample->at, path_of_sample, "0x0b77", iso_hex(head).text),
                        "An %s sample does not begin with its sync word 0x0B77", scan->init->entry);
    // Twelve ones and layer 0 open an ADTS header; a raw AAC frame would be a FIL element
    // with 30 channels' worth of tags, which no encoder writes first.
    if (is_entry(scan, "mp4a") && scan->init->codec.profile != 42 && (head & 0xfff6) == 0xfff0 &&
        scan->init->codec.string[0] && sample->size_bytes > 7)
        ISO_REPORT_ONCE(&scan->reader, RULE_S77,
                        SPOT(sample->at, path_of_sample, "raw AAC frame", iso_hex(head).text),
                        "An AAC sample begins with an ADTS header");
}

void fragment_read_sample(struct segment_scan *scan, struct fragment *fragment,
                          const struct sample *sample)
{
    struct unit *unit = scan->unit;
    check_flags(scan, sample);
    if (unit->sample_count == 1) {
        unit->is_sync_flagged = sample_is_sync(sample->flags);
        unit->sap_type = unit->is_sync_flagged;
    }
    // Runs that name the same bytes again and again are looked at no more than twice.
    struct sample open = *sample;
    scan->looked_bytes += sample->size_bytes;
    open.is_here &= scan->looked_bytes <= 2 * (uint64_t)scan->reader.size_bytes;
    bool is_clear = fragment_next_crypt(scan, fragment, &open);
    if (!scan->init)
        return;
    if (scan->init->kind == MEDIA_AUDIO)
        check_frame_length(scan, sample);
    if (!open.is_here || sample->size_bytes == 0 || !is_clear)
        return;
    if (scan->has_looks)
        look_at(scan, fragment, sample);
    else if (fragment->is_encrypted)
        return;
    else if (scan->init->kind == MEDIA_AUDIO)
        check_audio_bytes(scan, sample);
    else if (is_entry(scan, "wvtt"))
        fragment_read_wvtt(scan, sample);
    else if (is_entry(scan, "stpp"))
        fragment_read_stpp(scan, fragment, sample);
}
