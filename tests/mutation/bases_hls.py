# SPDX-License-Identifier: BSD-2-Clause
"""Further good presentations for rules of HLS: byte ranges and MPEG-TS by ffmpeg, Dolby
Digital Plus beside AAC, HDR, TTML subtitles by Shaka Packager."""

import os

STREAM = "in={0},stream={1},init_segment={2}/{3}/init.mp4,segment_template={2}/{3}/$Number$.m4s,playlist_name={3}.m3u8"


def ffmpeg_range(bases, folder):
    """fMP4 in byte ranges of one file for each rendition."""
    source = bases.elementary()
    bases.ffmpeg("-i", f"{source}/v360.mp4", "-i", f"{source}/v240.mp4", "-i", f"{source}/audio.mp4", "-map", "0:v",
                 "-map", "1:v", "-map", "2:a", "-c", "copy", "-f", "hls", "-hls_time", "4", "-hls_playlist_type", "vod",
                 "-hls_segment_type", "fmp4", "-hls_flags", "single_file+independent_segments", "-master_pl_name",
                 "master.m3u8", "-var_stream_map", "v:0,agroup:a v:1,agroup:a a:0,agroup:a,default:yes,language:en",
                 f"{folder}/s%v.m3u8")  # fmt: skip


def ffmpeg_ts(bases, folder):
    """MPEG-TS with audio and video in one."""
    source = bases.elementary()
    bases.ffmpeg("-i", f"{source}/v240.mp4", "-i", f"{source}/audio.mp4", "-map", "0:v", "-map", "1:a", "-c", "copy",
                 "-f", "hls", "-hls_time", "4", "-hls_playlist_type", "vod", "-master_pl_name", "master.m3u8",
                 "-hls_flags", "independent_segments", f"{folder}/video.m3u8")  # fmt: skip


def shaka_video(bases, folder):
    source = bases.elementary()
    return [STREAM.format(f"{source}/v{h}.mp4", "video", folder, f"v{h}") + f",iframe_playlist_name=v{h}_iframes.m3u8"
            for h in (360, 240)]  # fmt: skip


def shaka_dolby(bases, folder):
    """Stereo AAC, and a group of Dolby Digital Plus 5.1."""
    source = bases.elementary()
    dolby = os.path.join(bases.work, "dolby.mp4")
    bases.ffmpeg("-i", f"{source}/audio.mp4", "-c:a", "eac3", "-ac", "6", "-b:a", "192k", "-metadata:s:a:0",
                 "language=eng", dolby)  # fmt: skip
    audio = [STREAM.format(file, "audio", folder, name) + f",hls_group_id={name},hls_name=English,lang=en"
             for file, name in ((f"{source}/audio.mp4", "aac"), (dolby, "ec3"))]  # fmt: skip
    bases.shaka(folder, shaka_video(bases, folder) + audio, "--generate_static_live_mpd")


def hdr(bases, folder, name, size):
    """HEVC of ten bits with PQ and its static metadata."""
    source = bases.elementary()
    made = os.path.join(bases.work, f"{name}.mp4")
    colour = ("hdr10=1:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1):"
              "max-cll=1000,400:repeat-headers=0:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:log-level=none")
    bases.ffmpeg("-i", f"{source}/v240.mp4", "-an", "-vf", f"scale={size},setsar=1,format=yuv420p10le", "-c:v", "libx265", "-tag:v",
                 "hvc1", "-preset", "ultrafast", "-b:v", "200k", "-maxrate", "200k", "-bufsize", "200k", "-x265-params",
                 colour + ":keyint=48:min-keyint=48:scenecut=0:open-gop=0:bframes=0", made)  # fmt: skip
    streams = [STREAM.format(made, "video", folder, "hdr"),
               STREAM.format(f"{source}/audio.mp4", "audio", folder, "audio") + ",hls_group_id=audio,hls_name=English,lang=en"]
    bases.shaka(folder, streams, "--generate_static_live_mpd")


def shaka_hdr(bases, folder):
    hdr(bases, folder, "hdr", "320:180")


def shaka_wide(bases, folder):
    """A strip, wider than small levels allow."""
    hdr(bases, folder, "wide", "2000:64")


def shaka_ttml(bases, folder):
    """Subtitles in TTML inside MP4."""
    source = bases.elementary()
    streams = shaka_video(bases, folder)
    streams.append(STREAM.format(f"{source}/audio.mp4", "audio", folder, "audio") + ",hls_group_id=audio,hls_name=English,lang=en")
    streams.append(STREAM.format(f"{source}/text.vtt", "text", folder, "ttml") + ",format=ttml+mp4,lang=en,hls_group_id=text,hls_name=English")
    bases.shaka(folder, streams, "--generate_static_live_mpd")


def rung_short(bases, folder):
    """Two still pictures with their sound, of which the encoder's priming is a good part."""
    made = os.path.join(bases.work, "short.mp4")
    bases.ffmpeg("-f", "lavfi", "-i", "color=gray:s=320x180:r=24:d=0.0833", "-f", "lavfi", "-i",
                 "anoisesrc=d=0.0833:c=pink:r=48000:a=0.3", "-c:v", "libx264", "-preset", "veryfast", "-c:a", "aac",
                 "-metadata:s:a:0", "language=eng", made)  # fmt: skip
    os.rmdir(folder)
    bases.transcode(made, folder)


MAKERS = {"rung_short": rung_short, "ffmpeg_range": ffmpeg_range, "ffmpeg_ts": ffmpeg_ts, "shaka_dolby": shaka_dolby, "shaka_hdr": shaka_hdr,
          "shaka_wide": shaka_wide, "shaka_ttml": shaka_ttml}  # fmt: skip
