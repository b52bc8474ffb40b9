# SPDX-License-Identifier: BSD-2-Clause
"""The good presentations that mutations start from: ours, ffmpeg's, Shaka Packager's
(live, on-demand, encrypted, with text) where it can be had. Each is made once."""

import os
import shutil
import subprocess

import bases_hls

RUNGS = ((640, 360, "600k"), (426, 240, "300k"))


def run(*command, **more):
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **more)


def ffmpeg(*arguments):
    run("ffmpeg", "-nostdin", "-y", "-v", "error", *arguments)


class Bases:
    def __init__(self, work, rung, packager):
        self.work, self.rung, self.packager = work, rung, packager
        os.makedirs(work, exist_ok=True)

    ffmpeg = staticmethod(ffmpeg)

    def file(self, name):
        return os.path.join(self.work, name)

    def once(self, name, make):
        """A folder made by make(folder), complete or absent."""
        target = self.file(name)
        if not os.path.isdir(target):
            part = target + ".part"
            shutil.rmtree(part, ignore_errors=True)
            os.makedirs(part)
            make(part)
            os.rename(part, target)
        return target

    def clip(self):
        """12 s of 24 fps with a moving picture, a tone and speech-like noise in two languages."""
        target = self.file("clip.mp4")
        if not os.path.exists(target):
            ffmpeg("-f", "lavfi", "-i", "testsrc2=s=640x360:r=24:d=12", "-f", "lavfi", "-i",
                   "sine=f=440:r=48000:d=12", "-f", "lavfi", "-i", "anoisesrc=d=12:c=pink:r=48000:a=0.1",
                   "-map", "0", "-map", "1", "-map", "2", "-c:v", "libx264", "-preset", "veryfast", "-g", "48",
                   "-c:a", "aac", "-ac", "2", "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu",
                   "-f", "mp4", target + ".part")  # fmt: skip
            os.rename(target + ".part", target)
        return target

    def elementary(self):
        """Ladder and audio as single MP4 files for the packagers."""
        def make(folder):
            for width, height, rate in RUNGS:
                ffmpeg("-i", self.clip(), "-map", "0:v", "-vf", f"scale={width}:{height},setsar=1", "-c:v", "libx264",
                       "-preset", "veryfast", "-b:v", rate, "-maxrate", rate, "-bufsize", rate, "-g", "48",
                       "-keyint_min", "48", "-sc_threshold", "0", f"{folder}/v{height}.mp4")  # fmt: skip
            ffmpeg("-i", self.clip(), "-map", "0:a:0", "-c:a", "copy", f"{folder}/audio.mp4")
            with open(f"{folder}/text.vtt", "w", encoding="utf-8") as file:
                file.write("WEBVTT\n\n" + "".join(
                    f"00:{s:02d}.000 --> 00:{s + 2:02d}.000\nline {s}\n\n" for s in range(0, 12, 3)))

        return self.once("elementary", make)

    def transcode(self, source, folder, *options):
        run(self.rung, "transcode", source, "-o", folder, "--preset", "veryfast", "--progress", "none", "-q", *options)

    def rung_base(self, name, *options):
        def make(folder):
            shutil.rmtree(folder)
            self.transcode(self.clip(), folder, "--ladder", "360,240", *options)

        return self.once(name, make)

    def ffmpeg_base(self, folder):
        ffmpeg("-i", self.clip(), "-map", "0:v", "-map", "0:v", "-map", "0:a:0", "-c:v", "libx264", "-preset", "veryfast",
               "-s:v:0", "640x360", "-b:v:0", "600k", "-s:v:1", "320x180", "-b:v:1", "250k", "-g", "48",
               "-keyint_min", "48", "-sc_threshold", "0", "-c:a", "aac", "-ac", "2", "-f", "dash", "-hls_playlist", "1",
               "-seg_duration", "4", "-use_template", "1", "-use_timeline", "1", "-adaptation_sets",
               "id=0,streams=v id=1,streams=a", f"{folder}/manifest.mpd")  # fmt: skip

    def shaka(self, folder, streams, *options):
        run(self.packager, *streams, "--segment_duration", "4", "--mpd_output", f"{folder}/manifest.mpd",
            "--hls_master_playlist_output", f"{folder}/master.m3u8", "--quiet", *options,
            stderr=subprocess.DEVNULL)  # fmt: skip

    def live_streams(self, folder, is_with_text=False):
        source = self.elementary()
        streams = [f"in={source}/v{height}.mp4,stream=video,init_segment={folder}/v{height}/init.mp4,"
                   f"segment_template={folder}/v{height}/$Number$.m4s,playlist_name=v{height}.m3u8,"
                   f"iframe_playlist_name=v{height}_iframes.m3u8" for _, height, _ in RUNGS]  # fmt: skip
        streams.append(f"in={source}/audio.mp4,stream=audio,init_segment={folder}/audio/init.mp4,"
                       f"segment_template={folder}/audio/$Number$.m4s,playlist_name=audio.m3u8,"
                       "hls_group_id=audio,hls_name=English")  # fmt: skip
        if is_with_text:
            streams.append(f"in={source}/text.vtt,stream=text,format=webvtt,lang=en,"
                           f"segment_template={folder}/vtt/$Number$.vtt,playlist_name=vtt.m3u8,hls_group_id=text,"
                           "hls_name=English")  # fmt: skip
            streams.append(f"in={source}/text.vtt,stream=text,format=vtt+mp4,lang=en,init_segment={folder}/wvtt/init.mp4,"
                           f"segment_template={folder}/wvtt/$Number$.m4s,dash_only=1")  # fmt: skip
        return streams

    def shaka_live(self, folder):
        self.shaka(folder, self.live_streams(folder), "--generate_static_live_mpd")

    def shaka_text(self, folder):
        self.shaka(folder, self.live_streams(folder, True), "--generate_static_live_mpd")

    def shaka_other(self, folder):
        """Dolby audio, and text as TTML in MP4."""
        source = self.elementary()
        streams = [f"in={source}/text.vtt,stream=text,format=ttml+mp4,lang=en,init_segment={folder}/stpp/init.mp4,"
                   f"segment_template={folder}/stpp/$Number$.m4s,dash_only=1", self.live_streams(folder)[1]]  # fmt: skip
        for name in ("ac3", "eac3"):
            made = self.file(f"{name}.mp4")
            ffmpeg("-i", self.clip(), "-map", "0:a:0", "-c:a", name, "-b:a", "96k", made)
            streams.append(f"in={made},stream=audio,init_segment={folder}/{name}/init.mp4,"
                           f"segment_template={folder}/{name}/$Number$.m4s,playlist_name={name}.m3u8,"
                           f"hls_group_id={name},hls_name=English")  # fmt: skip
        self.shaka(folder, streams, "--generate_static_live_mpd")

    def encrypted(self, folder, scheme):
        key = "label=:key_id=00112233445566778899aabbccddeeff:key=ffeeddccbbaa99887766554433221100"
        self.shaka(folder, self.live_streams(folder), "--generate_static_live_mpd", "--enable_raw_key_encryption",
                   "--keys", key, "--protection_scheme", scheme, "--clear_lead", "0",
                   "--protection_systems", "Widevine,CommonSystem")  # fmt: skip

    def shaka_ondemand(self, folder):
        source = self.elementary()
        streams = [f"in={source}/v{height}.mp4,stream=video,output={folder}/v{height}.mp4,"
                   f"playlist_name=v{height}.m3u8,iframe_playlist_name=v{height}_iframes.m3u8"
                   for _, height, _ in RUNGS]  # fmt: skip
        streams.append(f"in={source}/audio.mp4,stream=audio,output={folder}/audio.mp4,playlist_name=audio.m3u8,"
                       "hls_group_id=audio,hls_name=English")  # fmt: skip
        self.shaka(folder, streams)

    def get(self, name):
        """The folder of a base; None when its tool is not here."""
        if name == "rung":
            return self.rung_base(name)
        if name == "rung_hevc":
            return self.rung_base(name, "--codecs", "hevc")
        if name == "rung_av1":
            return self.rung_base(name, "--codecs", "av1")
        if name == "rung_two":
            return self.rung_base(name, "--codecs", "h264,hevc")
        if name == "ffmpeg":
            return self.once(name, self.ffmpeg_base)
        if not self.packager and name.startswith("shaka"):
            return None
        if name in bases_hls.MAKERS:
            return self.once(name, lambda folder: bases_hls.MAKERS[name](self, folder))
        makers = {
            "shaka_live": self.shaka_live,
            "shaka_ondemand": self.shaka_ondemand,
            "shaka_text": self.shaka_text,
            "shaka_other": self.shaka_other,
            "shaka_cbcs": lambda folder: self.encrypted(folder, "cbcs"),
            "shaka_cenc": lambda folder: self.encrypted(folder, "cenc"),
        }
        return self.once(name, makers[name])
