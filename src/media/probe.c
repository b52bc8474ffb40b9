// SPDX-License-Identifier: BSD-2-Clause
// The probe's steps. Stream choice is in probe_streams.c, decoding in
// probe_picture.c, the packet scan in scan.c.
#include "src/media/probe.h"

#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/media/demux.h"
#include "src/media/probe_picture.h"
#include "src/media/probe_streams.h"
#include "src/media/scan.h"

struct probe {
    const struct byte_source *source;
    struct demux *demux;
    struct source_facts *facts;
    int videos[8]; // candidates, best first
    size_t video_count;
    struct picture_facts picture;
};

// Takes the first candidate of which pictures come out.
static bool choose_video(struct probe *probe, struct err *err)
{
    int64_t packets = 0;
    for (size_t i = 0; i < probe->video_count; i++) {
        struct video_facts video = {.stream_index = probe->videos[i]};
        if (i > 0 && !demux_rewind(probe->demux, err))
            return false;
        if (!probe_picture(probe->demux, probe->videos[i], &video, &probe->picture, err))
            return false;
        packets += probe->picture.packets;
        if (probe->picture.is_encrypted)
            return err_set(err, ERR_INPUT, "%s: the video is encrypted", probe->source->name);
        if (probe->picture.pictures == 0)
            continue;
        probe->facts->video = video;
        probe->facts->has_video = true;
        return true;
    }
    if (probe->video_count > 0 && (packets > 0 || probe->facts->audio_count == 0))
        return err_set(err, ERR_INPUT, "%s: %s", probe->source->name,
                       packets > 0 ? "no picture of the video can be decoded"
                                   : "its index announces video, but no packet of it is there");
    if (probe->video_count > 0)
        facts_note(probe->facts, "video stream %d ignored: no packet of it is there",
                   probe->videos[0]);
    return true;
}

static void note_other_videos(struct probe *probe)
{
    for (size_t i = 0; i < probe->video_count && probe->facts->has_video; i++)
        if (probe->videos[i] != probe->facts->video.stream_index)
            facts_note(probe->facts, "video stream %d ignored: stream %d is the main one",
                       probe->videos[i], probe->facts->video.stream_index);
}

static bool scan(struct probe *probe, struct err *err)
{
    struct scan_spec spec = {
        .source = probe->source,
        .demux = probe->demux,
        .has_first_shown = probe->picture.has_first_time,
        .first_shown = probe->picture.first_time,
        .codec_rate = probe->picture.codec_rate,
    };
    return demux_rewind(probe->demux, err) && scan_packets(&spec, probe->facts, err);
}

static bool count(struct probe *probe, struct err *err)
{
    struct video_facts *video = &probe->facts->video;
    if (!probe->facts->has_video || video->timing != TIMING_COUNTED)
        return true;
    if (!demux_rewind(probe->demux, err) ||
        !probe_count(probe->demux, video->stream_index, &video->frame_count, err))
        return false;
    struct rational frames = {video->frame_count, 1};
    video->end_time = rational_add(video->first_time, rational_div(frames, video->frame_rate));
    return true;
}

static void drop_empty_audio(struct source_facts *facts)
{
    size_t kept = 0;
    for (size_t i = 0; i < facts->audio_count; i++) {
        const struct audio_facts *audio = &facts->audio[i];
        if (audio->packet_count > 0 && rational_cmp(audio->end_time, audio->first_time) > 0)
            facts->audio[kept++] = *audio;
        else
            facts_note(facts, "audio stream %d (%s) dropped: no packet of it is there",
                       audio->stream_index, audio->codec);
    }
    facts->audio_count = kept;
}

static bool run(struct probe *probe, struct err *err)
{
    struct source_facts *facts = probe->facts;
    AVFormatContext *format = demux_format(probe->demux);
    snprintf(facts->container, sizeof facts->container, "%s", format->iformat->name);
    facts->size_bytes = probe->source->size_bytes;
    if (!probe_streams(format, facts, probe->videos, &probe->video_count, err))
        return err_wrap(err, "%s", probe->source->name);
    if (!choose_video(probe, err))
        return false;
    note_other_videos(probe);
    if (!scan(probe, err) || !count(probe, err))
        return false;
    drop_empty_audio(facts);
    if (demux_corrupt_packets(probe->demux) > 0)
        facts_note(facts, "packets marked as damaged: %lld",
                   (long long)demux_corrupt_packets(probe->demux));
    if (facts->has_video && facts->video.frame_count == 0)
        return err_set(err, ERR_INPUT, "%s: no picture of the video can be decoded",
                       probe->source->name);
    if (!facts->has_video && facts->audio_count == 0)
        return err_set(err, ERR_INPUT, "%s: there is no media data in it%s%s", probe->source->name,
                       facts->is_truncated ? ": " : "", facts->truncated_text);
    return true;
}

bool probe_source(const struct byte_source *source, struct source_facts *ret_facts, struct err *err)
{
    struct source_facts *facts = mem_alloc(sizeof *facts);
    struct probe probe = {.source = source, .facts = facts, .picture.first_time = {0, 1}};
    probe.demux = demux_open(source, err);
    bool is_ok = probe.demux && run(&probe, err);
    if (is_ok)
        *ret_facts = *facts;
    demux_free(&probe.demux);
    MEM_FREE(facts);
    return is_ok;
}
