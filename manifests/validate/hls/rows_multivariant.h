// SPDX-License-Identifier: BSD-2-Clause
// The rows of the V rules: texts only, the functions are in rules_*.c.
#ifndef RUNG_VALIDATE_HLS_ROWS_MULTIVARIANT_H
#define RUNG_VALIDATE_HLS_ROWS_MULTIVARIANT_H

// clang-format off
#define HLS_ROWS_MULTIVARIANT(RUN, READER) \
    {RULE_V1, LEVEL_ERROR, PROFILE_ALL, \
     "EXT-X-STREAM-INF has a BANDWIDTH above 0, and its URI line follows", \
     "RFC 8216 4.3.4.2", \
     "Write BANDWIDTH, and the URI in the next line.", RUN(V1)}, \
    {RULE_V2, LEVEL_ERROR, PROFILE_ALL, \
     "BANDWIDTH is within 10 % of the measured peak of what plays together", \
     "RFC 8216 4.1, 4.3.4.2; Apple HLS Authoring 9.13", \
     "State the measured peak over runs of 0.5 to 1.5 target durations, groups included.", RUN(V2)}, \
    {RULE_V3, LEVEL_ERROR, PROFILE_ALL, \
     "AVERAGE-BANDWIDTH is within 10 % of the measured average", \
     "RFC 8216 4.3.4.2; Apple HLS Authoring 9.14", \
     "State the measured average, groups included.", RUN(V3)}, \
    {RULE_V4, LEVEL_WARNING, PROFILE_APPLE | PROFILE_RUNG, \
     "The peak of VOD is at most twice the average", \
     "Apple HLS Authoring 1.30", \
     "Limit the encoder's maximum rate and buffer.", RUN(V4)}, \
    {RULE_V5, LEVEL_ERROR, PROFILE_ALL, \
     "CODECS covers the variant and its groups", \
     "RFC 8216 4.3.4.2", \
     "Name every format that the variant and its renditions hold.", RUN(V5)}, \
    {RULE_V6, LEVEL_ERROR, PROFILE_ALL, \
     "CODECS names what the sample entries hold, exactly", \
     "RFC 6381; RFC 8216 4.3.4.2", \
     "Take the strings from avcC, hvcC, av1C and esds.", RUN(V6)}, \
    {RULE_V7, LEVEL_ERROR, PROFILE_ALL, \
     "RESOLUTION is that of the pictures", \
     "RFC 8216 4.3.4.2", \
     "State the size of the pictures.", RUN(V7)}, \
    {RULE_V8, LEVEL_ERROR, PROFILE_ALL, \
     "FRAME-RATE is that of the pictures, and has three decimals at most", \
     "RFC 8216 4.3.4.2", \
     "State the highest frame rate, rounded to three decimals.", RUN(V8)}, \
    {RULE_V9, LEVEL_ERROR, PROFILE_ALL, \
     "VIDEO-RANGE is what the transfer function says", \
     "rfc8216bis 4.4.6.2; Apple HLS Authoring 9.16", \
     "Write SDR, HLG or PQ as the stream has it.", RUN(V9)}, \
    {RULE_V10, LEVEL_ERROR, PROFILE_ALL, \
     "SUPPLEMENTAL-CODECS agrees with dvcC or dvvC and the brands", \
     "rfc8216bis 4.4.6.2", \
     "Write codec/brand as the file has them.", RUN(V10)}, \
    {RULE_V11, LEVEL_ERROR, PROFILE_ALL, \
     "Groups that variants refer to are there and of that TYPE", \
     "RFC 8216 4.3.4.2", \
     "Add the EXT-X-MEDIA of the group, or mend its GROUP-ID.", RUN(V11)}, \
    {RULE_V12, LEVEL_ERROR, PROFILE_ALL, \
     "CLOSED-CAPTIONS=NONE on one variant is on all", \
     "RFC 8216 4.3.4.2", \
     "Write it on every EXT-X-STREAM-INF or on none.", RUN(V12)}, \
    {RULE_V13, LEVEL_ERROR, PROFILE_ALL, \
     "EXT-X-MEDIA has TYPE, GROUP-ID, NAME, and the URI or INSTREAM-ID of its TYPE", \
     "RFC 8216 4.3.4.1", \
     "Add or take out the attribute.", RUN(V13)}, \
    {RULE_V14, LEVEL_ERROR, PROFILE_ALL, \
     "A group has unique NAMEs and one DEFAULT, which is AUTOSELECT; FORCED is of subtitles", \
     "RFC 8216 4.3.4.1, 4.3.4.1.1", \
     "Mend the attributes of the group's members.", RUN(V14)}, \
    {RULE_V15, LEVEL_ERROR, PROFILE_ALL, \
     "Groups of one TYPE have the same members with the same attributes", \
     "RFC 8216 4.3.4.1.1", \
     "Give each group every rendition.", RUN(V15)}, \
    {RULE_V16, LEVEL_ERROR, PROFILE_ALL, \
     "LANGUAGE and ASSOC-LANGUAGE are tags of RFC 5646", \
     "RFC 8216 4.3.4.1; RFC 5646", \
     "Write the language as en or pt-BR.", RUN(V16)}, \
    {RULE_V17, LEVEL_WARNING, PROFILE_ALL, \
     "LANGUAGE is what the track itself says", \
     "ISO/IEC 14496-12 8.4.2, 8.4.6", \
     "Package the track with its language, or mend the playlist.", RUN(V17)}, \
    {RULE_V18, LEVEL_ERROR, PROFILE_ALL, \
     "CHANNELS is the real number of channels", \
     "RFC 8216 4.3.4.1", \
     "Write the count that the decoder gives.", RUN(V18)}, \
    {RULE_V19, LEVEL_ERROR, PROFILE_ALL, \
     "EXT-X-I-FRAME-STREAM-INF has a URI and a BANDWIDTH", \
     "RFC 8216 4.3.4.3", \
     "Add the attribute.", READER(V19)}, \
    {RULE_V20, LEVEL_ERROR, PROFILE_ALL, \
     "EXT-X-I-FRAME-STREAM-INF has no FRAME-RATE, AUDIO, SUBTITLES, CLOSED-CAPTIONS", \
     "RFC 8216 4.3.4.3", \
     "Take the attribute out.", RUN(V20)}, \
    {RULE_V21, LEVEL_WARNING, PROFILE_APPLE | PROFILE_RUNG, \
     "There are I-frame playlists for fast search", \
     "Apple HLS Authoring 6.1", \
     "Make an EXT-X-I-FRAMES-ONLY playlist for one or more variants.", RUN(V21)}, \
    {RULE_V22, LEVEL_ERROR, PROFILE_ALL, \
     "With EXT-X-INDEPENDENT-SEGMENTS each segment begins with a picture that stands alone", \
     "RFC 8216 4.3.5.1", \
     "Begin each segment with an IDR picture, or take the tag out.", RUN(V22)}, \
    {RULE_V23, LEVEL_ERROR, PROFILE_ALL, \
     "Session keys are keys and there once; session data has a VALUE or a URI", \
     "RFC 8216 4.3.4.4, 4.3.4.5", \
     "Mend or take out the tag.", RUN(V23)}, \
    {RULE_V24, LEVEL_WARNING, PROFILE_ALL, \
     "SCORE is on all variants or on none", \
     "rfc8216bis 4.4.6.2; Apple HLS Authoring 9.19", \
     "Write a SCORE on every variant.", RUN(V24)}, \
    {RULE_V25, LEVEL_WARNING, PROFILE_APPLE | PROFILE_RUNG, \
     "Sample entries are hvc1, avc1 and dvh1, not hev1, avc3, dvhe", \
     "Apple HLS Authoring 1.10", \
     "Package with parameter sets in the sample entry.", RUN(V25)}, \
    {RULE_V26, LEVEL_WARNING, PROFILE_APPLE, \
     "There is stereo AAC, and Dolby Digital beside Dolby Digital Plus", \
     "Apple HLS Authoring 2.3, 2.6", \
     "Add a rendition in the format that every device plays.", RUN(V26)}, \
    {RULE_V27, LEVEL_WARNING, PROFILE_APPLE, \
     "There is more than one video variant", \
     "Apple HLS Authoring 9.9", \
     "Encode more rungs.", RUN(V27)}, \
    {RULE_V28, LEVEL_WARNING, PROFILE_APPLE, \
     "Pictures come 60 times a second at most, and all in one shape", \
     "Apple HLS Authoring 1.19, 1.33", \
     "Scale all variants to the same aspect ratio.", RUN(V28)}, \
    {RULE_V29, LEVEL_ERROR, PROFILE_ALL, \
     "Variants and renditions are media playlists", \
     "RFC 8216 4.3.4, rfc8216bis 4.4.6", \
     "Let the URI lead to a media playlist.", RUN(V29)}, \
    {RULE_V30, LEVEL_ERROR, PROFILE_ALL, \
     "A rendition holds what its TYPE says", \
     "RFC 8216 4.3.4.1", \
     "Mend the TYPE or the URI.", RUN(V30)}, \
    {RULE_V31, LEVEL_ERROR, PROFILE_ALL, \
     "Stable identifiers hold letters, digits and +/=.-_", \
     "rfc8216bis 4.4.6.1, 4.4.6.2", \
     "Choose another identifier.", RUN(V31)}, \
    {RULE_V32, LEVEL_ERROR, PROFILE_ALL, \
     "SAMPLE-RATE and BIT-DEPTH are those of the track", \
     "rfc8216bis 4.4.6.1", \
     "Write what the track has.", RUN(V32)}, \
    {RULE_V33, LEVEL_ERROR, PROFILE_ALL, \
     "Content steering begins with a pathway that variants have", \
     "rfc8216bis 4.4.6.6", \
     "Name a PATHWAY-ID that is there.", RUN(V33)}, \
    {RULE_V34, LEVEL_ERROR, PROFILE_ALL, \
     "AVERAGE-BANDWIDTH is not above BANDWIDTH", \
     "RFC 8216 4.3.4.2", \
     "Measure both anew.", RUN(V34)}, \
    {RULE_V35, LEVEL_WARNING, PROFILE_ALL, \
     "No variant is listed twice", \
     "field", \
     "Keep one of them.", RUN(V35)}, \
    {RULE_V36, LEVEL_WARNING, PROFILE_ALL, \
     "Every group is one that a variant refers to", \
     "field", \
     "Refer to the group, or leave it out.", RUN(V36)}, \
    {RULE_V37, LEVEL_WARNING, PROFILE_ALL, \
     "Audio renditions say their CHANNELS", \
     "rfc8216bis 4.4.6.1", \
     "Add CHANNELS.", RUN(V37)}, \
    {RULE_V38, LEVEL_WARNING, PROFILE_ALL, \
     "CHARACTERISTICS are known ones that fit the TYPE", \
     "RFC 8216 4.3.4.1; rfc8216bis 4.4.6.1", \
     "Write the uniform type identifiers of the specification.", RUN(V38)}, \
    {RULE_V39, LEVEL_WARNING, PROFILE_ALL, \
     "Renditions that players choose by themselves can be told apart", \
     "RFC 8216 4.3.4.1.1", \
     "Let LANGUAGE, FORCED or CHARACTERISTICS differ, or set AUTOSELECT=NO.", RUN(V39)}, \
    {RULE_V40, LEVEL_WARNING, PROFILE_APPLE, \
     "Formats are those that Apple's devices play", \
     "Apple HLS Authoring 1.1, 2.2, 2.5", \
     "Add variants in H.264 or HEVC, with AAC.", RUN(V40)}, \
    {RULE_V41, LEVEL_WARNING, PROFILE_APPLE, \
     "Profiles and levels are those that Apple's devices play", \
     "Apple HLS Authoring 1.3, 1.6", \
     "Encode within High 5.2 or Main 10 5.1.", RUN(V41)}, \
    {RULE_V42, LEVEL_ERROR, PROFILE_ALL, \
     "ALLOWED-CPC and REQ-VIDEO-LAYOUT follow their grammar", \
     "rfc8216bis 4.4.6.2", \
     "Write the value as the specification spells it.", RUN(V42)}, \
    {RULE_V43, LEVEL_ERROR, PROFILE_ALL, \
     "Session keys agree with the keys of the media playlists", \
     "RFC 8216 4.3.4.5", \
     "Write METHOD, KEYFORMAT and KEYFORMATVERSIONS alike.", RUN(V43)}, \
    {RULE_V44, LEVEL_ERROR, PROFILE_APPLE | PROFILE_RUNG, \
     "Variants state their AVERAGE-BANDWIDTH", \
     "Apple HLS Authoring 9.14", \
     "Add AVERAGE-BANDWIDTH, measured over the whole variant, groups included.", RUN(V44)}, \
    {RULE_V45, LEVEL_ERROR, PROFILE_APPLE | PROFILE_RUNG, \
     "Variants state their CODECS", \
     "Apple HLS Authoring 9.1", \
     "Add CODECS, with every format that the variant and its renditions hold.", RUN(V45)}, \
    {RULE_V46, LEVEL_ERROR, PROFILE_APPLE | PROFILE_RUNG, \
     "Variants with video state their RESOLUTION", \
     "Apple HLS Authoring 9.2", \
     "Add RESOLUTION, the size of the pictures.", RUN(V46)}, \
    {RULE_V47, LEVEL_ERROR, PROFILE_APPLE | PROFILE_RUNG, \
     "Variants with video state their FRAME-RATE", \
     "Apple HLS Authoring 9.15", \
     "Add FRAME-RATE, the highest one, rounded to three decimals.", RUN(V47)}, \
    {RULE_V48, LEVEL_ERROR, PROFILE_APPLE | PROFILE_RUNG, \
     "Renditions other than video state their LANGUAGE", \
     "Apple HLS Authoring 8.10", \
     "Add LANGUAGE, as en or pt-BR; und where nobody knows.", RUN(V48)}, \
    {RULE_V49, LEVEL_ERROR, PROFILE_APPLE | PROFILE_RUNG, \
     "EXT-X-INDEPENDENT-SEGMENTS is there, in the multivariant playlist or in all media playlists", \
     "Apple HLS Authoring 9.11, 9.12", \
     "Begin each segment with an IDR picture and write the tag.", RUN(V49)}, \
    {RULE_V50, LEVEL_ERROR, PROFILE_APPLE | PROFILE_RUNG, \
     "I-frame variants state their CODECS and RESOLUTION", \
     "Apple HLS Authoring 9.3, 9.4", \
     "Add the attribute.", RUN(V50)},
// clang-format on

#endif
