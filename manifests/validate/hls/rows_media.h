// SPDX-License-Identifier: BSD-2-Clause
// The rows of the M rules and S32: texts only, the functions are in rules_*.c.
#ifndef RUNG_VALIDATE_HLS_ROWS_MEDIA_H
#define RUNG_VALIDATE_HLS_ROWS_MEDIA_H

// clang-format off
#define HLS_ROWS_MEDIA(RUN, READER) \
    {RULE_M1, LEVEL_ERROR, PROFILE_ALL, \
     "EXT-X-TARGETDURATION is there, in whole seconds", \
     "RFC 8216 4.3.3.1", \
     "Add it with the longest EXTINF, rounded.", RUN(M1)}, \
    {RULE_M2, LEVEL_ERROR, PROFILE_ALL, \
     "No EXTINF, rounded, is above the target duration", \
     "RFC 8216 4.3.3.1", \
     "Raise the target duration in all playlists, or cut shorter.", RUN(M2)}, \
    {RULE_M3, LEVEL_ERROR, PROFILE_ALL, \
     "No segment really lasts over half a second more than the target duration", \
     "RFC 8216 4.3.3.1; Apple HLS Authoring 7.7", \
     "Cut segments at the keyframe before, or raise the target duration.", RUN(M3)}, \
    {RULE_M4, LEVEL_WARNING, PROFILE_ALL, \
     "The target duration is no larger than the longest segment needs", \
     "field", \
     "State the longest EXTINF of the presentation, rounded.", RUN(M4)}, \
    {RULE_M5, LEVEL_ERROR, PROFILE_ALL, \
     "Every segment has an EXTINF of a duration above 0 and a comma", \
     "RFC 8216 4.3.2.1", \
     "Write #EXTINF:duration, before the segment's URI.", READER(M5)}, \
    {RULE_M6, LEVEL_ERROR, PROFILE_ALL, \
     "Over any run of segments, EXTINF adds up to the real time within one frame", \
     "RFC 8216 4.3.2.1; Apple HLS Authoring 8.1", \
     "Write durations from the media's own timestamps, with enough decimals.", RUN(M6)}, \
    {RULE_M7, LEVEL_ERROR, PROFILE_ALL, \
     "Byte ranges lie inside their files, and offsets are left out only where one goes on", \
     "RFC 8216 4.3.2.2", \
     "Write n@o with the real size and offset.", RUN(M7)}, \
    {RULE_M8, LEVEL_ERROR, PROFILE_ALL, \
     "Fragmented MP4 has its EXT-X-MAP before the first segment", \
     "RFC 8216 3.3, 4.3.2.5", \
     "Add EXT-X-MAP with the initialization section.", RUN(M8)}, \
    {RULE_M9, LEVEL_ERROR, PROFILE_ALL, \
     "EXT-X-MAP leads to ftyp and moov, without samples", \
     "RFC 8216 3.3", \
     "Point it at the initialization section, with a BYTERANGE where it is part of a file.", RUN(M9)}, \
    {RULE_M10, LEVEL_ERROR, PROFILE_ALL, \
     "Sequence numbers stand before the first segment", \
     "RFC 8216 4.3.3.2, 4.3.3.3", \
     "Move the tag to the head of the playlist.", READER(M10)}, \
    {RULE_M11, LEVEL_ERROR, PROFILE_ALL, \
     "EXT-X-PLAYLIST-TYPE is VOD or EVENT", \
     "RFC 8216 4.3.3.5", \
     "Write VOD for what is whole, EVENT for what only grows.", RUN(M11)}, \
    {RULE_M12, LEVEL_WARNING, PROFILE_ALL, \
     "A VOD playlist has its EXT-X-ENDLIST", \
     "RFC 8216 4.3.3.4, 6.2.1", \
     "End the playlist with #EXT-X-ENDLIST.", RUN(M12)}, \
    {RULE_M13, LEVEL_ERROR, PROFILE_ALL, \
     "Codec, tracks and timestamps change only after EXT-X-DISCONTINUITY", \
     "RFC 8216 4.3.2.3", \
     "Put #EXT-X-DISCONTINUITY before the segment, or list what is missing.", RUN(M13)}, \
    {RULE_M14, LEVEL_ERROR, PROFILE_ALL, \
     "Keys have a known METHOD, a URI, and an IV of 128 bit at most", \
     "RFC 8216 4.3.2.4", \
     "Write METHOD, URI and IV as the specification says; NONE stands alone.", RUN(M14)}, \
    {RULE_M15, LEVEL_WARNING, PROFILE_ALL, \
     "An IV has all its 32 hexadecimal digits", \
     "RFC 8216 4.3.2.4", \
     "Fill the IV up with zeros in front.", RUN(M15)}, \
    {RULE_M16, LEVEL_ERROR, PROFILE_ALL, \
     "EXT-X-PROGRAM-DATE-TIME is a date and time of ISO 8601", \
     "RFC 8216 4.3.2.6", \
     "Write it as 2024-05-06T07:08:09.123Z.", RUN(M16)}, \
    {RULE_M17, LEVEL_ERROR, PROFILE_ALL, \
     "Date ranges have an ID and dates that agree, and can be placed in time", \
     "RFC 8216 4.3.2.7", \
     "Mend the attribute, or add EXT-X-PROGRAM-DATE-TIME.", RUN(M17)}, \
    {RULE_M18, LEVEL_ERROR, PROFILE_ALL, \
     "I-frame variants, and only they, lead to playlists with EXT-X-I-FRAMES-ONLY", \
     "RFC 8216 4.3.3.6, 4.3.4.3", \
     "List the playlist with the tag of its kind.", RUN(M18)}, \
    {RULE_M19, LEVEL_ERROR, PROFILE_ALL, \
     "An I-frame's range is its moof, the head of the mdat and the whole sync sample", \
     "RFC 8216 4.3.3.6; Apple HLS Authoring 6.10", \
     "Write the range from the moof to the end of the first sample.", RUN(M19)}, \
    {RULE_M20, LEVEL_NOTICE, PROFILE_ALL, \
     "The trun of an I-frame lists nothing beyond the range", \
     "field", \
     "Where players refuse, make I-frames fragments of their own.", RUN(M20)}, \
    {RULE_M21, LEVEL_ERROR, PROFILE_ALL, \
     "The EXTINF of an I-frame is the time to the next one, and the sum the whole duration", \
     "RFC 8216 4.3.3.6", \
     "Write the gap to the next I-frame that is listed, or to the end.", RUN(M21)}, \
    {RULE_M22, LEVEL_ERROR, PROFILE_ALL, \
     "All audio and video playlists have one target duration", \
     "RFC 8216 6.2.4", \
     "State the largest in all of them.", RUN(M22)}, \
    {RULE_M23, LEVEL_ERROR, PROFILE_ALL, \
     "All playlists start at the same time and cover the same range", \
     "RFC 8216 6.2.4", \
     "Cut all renditions of the content at the same times.", RUN(M23)}, \
    {RULE_M24, LEVEL_ERROR, PROFILE_ALL, \
     "Discontinuities come at the same times and with the same numbers", \
     "RFC 8216 6.2.4", \
     "Put EXT-X-DISCONTINUITY at the same place in every playlist.", RUN(M24)}, \
    {RULE_M25, LEVEL_WARNING, PROFILE_ALL, \
     "Segment boundaries are aligned across video variants", \
     "Apple HLS Authoring 8.22", \
     "Force keyframes at the same times in every variant.", RUN(M25)}, \
    {RULE_M26, LEVEL_WARNING, PROFILE_APPLE, \
     "Segments last about 6 seconds", \
     "Apple HLS Authoring 7.5", \
     "Cut segments of 6 s, or of 4 to 8.", RUN(M26)}, \
    {RULE_M29, LEVEL_ERROR, PROFILE_ALL, \
     "WebVTT segments are well-formed, and subtitles span the content", \
     "RFC 8216 3.5; Apple HLS Authoring 5.3, 5.5", \
     "Mend the file; list subtitle segments up to the end, empty ones too.", RUN(M29)}, \
    {RULE_M30, LEVEL_ERROR, PROFILE_ALL, \
     "A playlist that has ended lists segments", \
     "field", \
     "List the segments, or leave the playlist out.", RUN(M30)}, \
    {RULE_M31, LEVEL_WARNING, PROFILE_ALL, \
     "Tags of a segment stand before one, and once", \
     "field", \
     "Keep one of each before the URI line.", READER(M31)}, \
    {RULE_M32, LEVEL_ERROR, PROFILE_ALL, \
     "An initialization section that is encrypted has its IV stated", \
     "RFC 8216 4.3.2.5", \
     "Give the IV in the EXT-X-KEY that applies.", RUN(M32)}, \
    {RULE_M33, LEVEL_WARNING, PROFILE_ALL, \
     "Dates in a playlist go on with the durations between them", \
     "RFC 8216 4.3.2.6, 6.2.1", \
     "Derive dates from the media time, or mark a discontinuity.", RUN(M33)}, \
    {RULE_M34, LEVEL_WARNING, PROFILE_ALL, \
     "EXT-X-BITRATE is within 10 % of the segment's bit rate", \
     "rfc8216bis 4.4.4.8", \
     "Write the segment's size by its duration, in kb/s.", RUN(M34)}, \
    {RULE_M35, LEVEL_ERROR, PROFILE_ALL, \
     "EXT-X-SKIP stands only in delta updates", \
     "rfc8216bis 4.4.5.2, 6.2.5.1", \
     "Serve the whole playlist unless _HLS_skip is asked for.", RUN(M35)}, \
    {RULE_M36, LEVEL_ERROR, PROFILE_ALL, \
     "Parts keep to PART-TARGET, and hold-backs are long enough", \
     "rfc8216bis 4.4.3.7, 4.4.3.8, 4.4.4.9", \
     "Mend EXT-X-PART-INF and EXT-X-SERVER-CONTROL.", RUN(M36)}, \
    {RULE_M37, LEVEL_WARNING, PROFILE_ALL, \
     "Parameters of the encoding change only after EXT-X-DISCONTINUITY", \
     "RFC 8216 4.3.2.3", \
     "Put #EXT-X-DISCONTINUITY before the segment.", RUN(M37)}, \
    {RULE_M38, LEVEL_WARNING, PROFILE_ALL, \
     "A playlist that has ended says that it is VOD", \
     "RFC 8216 4.3.3.5", \
     "Add #EXT-X-PLAYLIST-TYPE:VOD.", RUN(M38)}, \
    {RULE_M39, LEVEL_WARNING, PROFILE_ALL, \
     "EXT-X-PROGRAM-DATE-TIME names its time zone", \
     "RFC 8216 4.3.2.6", \
     "Add Z or an offset such as +01:00.", RUN(M39)}, \
    {RULE_M40, LEVEL_ERROR, PROFILE_ALL, \
     "KEYFORMATVERSIONS is a list of whole numbers", \
     "RFC 8216 4.3.2.4", \
     "Write them as 1/2/5.", RUN(M40)}, \
    {RULE_M41, LEVEL_ERROR, PROFILE_ALL, \
     "When one playlist has dates all have, and the same ones", \
     "RFC 8216 6.2.4", \
     "Write EXT-X-PROGRAM-DATE-TIME into every playlist, from one clock.", RUN(M41)}, \
    {RULE_M42, LEVEL_ERROR, PROFILE_ALL, \
     "Cues of WebVTT lie in their segment's time, and in every segment that they last into", \
     "RFC 8216 3.5", \
     "Put each cue into all segments that it overlaps; set X-TIMESTAMP-MAP to the media's clock.", RUN(M42)}, \
    {RULE_M43, LEVEL_WARNING, PROFILE_ALL, \
     "WebVTT segments have their X-TIMESTAMP-MAP", \
     "RFC 8216 3.5; Apple HLS Authoring 5.3", \
     "Write X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:n into each header.", RUN(M43)}, \
    {RULE_M44, LEVEL_ERROR, PROFILE_ALL, \
     "A live playlist keeps at least three target durations", \
     "RFC 8216 6.2.2", \
     "Take segments out only while three target durations stay.", RUN(M44)}, \
    {RULE_M45, LEVEL_WARNING, PROFILE_APPLE, \
     "A live playlist lists at least six segments", \
     "Apple HLS Authoring 8.11", \
     "Keep more segments in the window.", RUN(M45)}, \
    {RULE_M46, LEVEL_WARNING, PROFILE_APPLE, \
     "Live playlists have dates", \
     "Apple HLS Authoring 8.4", \
     "Write EXT-X-PROGRAM-DATE-TIME from the encoder's clock.", RUN(M46)}, \
    {RULE_M47, LEVEL_ERROR, PROFILE_ALL, \
     "Parts last 85 % of PART-TARGET at least, and what has ended hints at nothing", \
     "rfc8216bis 4.4.4.9, 4.4.5.3", \
     "Cut parts of equal length; drop EXT-X-PRELOAD-HINT at the end.", RUN(M47)}, \
    {RULE_M48, LEVEL_WARNING, PROFILE_ALL, \
     "EXT-X-SERVER-CONTROL offers what low latency needs, and holds back within the playlist", \
     "rfc8216bis 4.4.3.8, appendix B; Apple HLS Authoring 14.3", \
     "Write CAN-BLOCK-RELOAD=YES and a PART-HOLD-BACK of three part targets.", RUN(M48)}, \
    {RULE_M49, LEVEL_ERROR, PROFILE_ALL, \
     "Interstitials have one asset or one list of assets, and values of the right form", \
     "rfc8216bis appendix D.2", \
     "Write either X-ASSET-URI or X-ASSET-LIST, and the values that the specification lists.", RUN(M49)}, \
    {RULE_M50, LEVEL_WARNING, PROFILE_ALL, \
     "Interstitials are of their CLASS and start within what is played", \
     "rfc8216bis appendix D.2", \
     "Write CLASS=\"com.apple.hls.interstitial\", and a START-DATE on the playlist's own clock.", RUN(M50)}, \
    {RULE_S32, LEVEL_ERROR, PROFILE_ALL, \
     "SAMPLE-AES is said if and only if the file is cbcs, SAMPLE-AES-CTR if cenc", \
     "rfc8216bis 4.4.4.4; Apple HLS Authoring 13.2, 13.11", \
     "Let EXT-X-KEY say what schm says.", RUN(S32)},
// clang-format on

#endif
