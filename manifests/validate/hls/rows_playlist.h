// SPDX-License-Identifier: BSD-2-Clause
// The rows of the H rules: texts only, the functions are in rules_*.c.
#ifndef RUNG_VALIDATE_HLS_ROWS_PLAYLIST_H
#define RUNG_VALIDATE_HLS_ROWS_PLAYLIST_H

// clang-format off
#define HLS_ROWS_PLAYLIST(RUN, READER) \
    {RULE_H1, LEVEL_ERROR, PROFILE_ALL, \
     "The first line is #EXTM3U, and the text is UTF-8 without a byte order mark", \
     "RFC 8216 4.1, 4.3.1.1", \
     "Write the playlist as UTF-8 and begin it with #EXTM3U.", READER(H1)}, \
    {RULE_H2, LEVEL_ERROR, PROFILE_ALL, \
     "Tags of media playlists and of multivariant playlists are not mixed", \
     "RFC 8216 4.1, 4.3.3, 4.3.4", \
     "Move the tag to a playlist of its kind.", READER(H2)}, \
    {RULE_H3, LEVEL_ERROR, PROFILE_ALL, \
     "EXT-X-VERSION is there at most once and high enough for what is used", \
     "RFC 8216 7; rfc8216bis 8", \
     "State the version that the features need.", RUN(H3)}, \
    {RULE_H4, LEVEL_ERROR, PROFILE_ALL, \
     "Tags and attributes follow the grammar: types, quotes, each attribute once", \
     "RFC 8216 4.2", \
     "Write the value as the specification spells it.", READER(H4)}, \
    {RULE_H5, LEVEL_ERROR, PROFILE_ALL, \
     "Tags that hold for the whole playlist are there once", \
     "RFC 8216 4.3.3, 4.3.5", \
     "Keep one of them.", READER(H5)}, \
    {RULE_H6, LEVEL_WARNING, PROFILE_ALL, \
     "Obsolete tags and attributes are not used", \
     "RFC 8216 7", \
     "Leave it out; no player reads it.", RUN(H6)}, \
    {RULE_H7, LEVEL_ERROR, PROFILE_ALL, \
     "Every segment and initialization section that is listed can be had", \
     "RFC 8216 6.2.1", \
     "Publish the file, or mend its URI.", RUN(H7)}, \
    {RULE_H8, LEVEL_ERROR, PROFILE_ALL, \
     "Attributes that a tag must have are there", \
     "RFC 8216 4.3; rfc8216bis 4.4", \
     "Add the attribute.", READER(H8)}, \
    {RULE_H9, LEVEL_ERROR, PROFILE_ALL, \
     "Lines hold no control characters, and no space where none may be", \
     "RFC 8216 4.1", \
     "Take the character out.", READER(H9)}, \
    {RULE_H10, LEVEL_ERROR, PROFILE_ALL, \
     "Variables are defined once, before they are used, and have a value", \
     "rfc8216bis 4.3, 4.4.2.3", \
     "Define the variable with EXT-X-DEFINE before its first use.", READER(H10)}, \
    {RULE_H11, LEVEL_WARNING, PROFILE_ALL, \
     "EXT-X-START points into the presentation", \
     "RFC 8216 4.3.5.2", \
     "Give a TIME-OFFSET within the duration.", RUN(H11)}, \
    {RULE_H12, LEVEL_WARNING, PROFILE_ALL, \
     "Names of tags and attributes are spelled right", \
     "field", \
     "Mend the name; a player passes over what it does not know.", READER(H12)}, \
    {RULE_H13, LEVEL_ERROR, PROFILE_ALL, \
     "A playlist is served as one: by its name or its Content-Type", \
     "RFC 8216 4", \
     "Let the address end in .m3u8, or serve it as application/vnd.apple.mpegurl.", RUN(H13)}, \
    {RULE_H14, LEVEL_WARNING, PROFILE_APPLE, \
     "Beside variants of high dynamic range there are some of standard range", \
     "Apple HLS Authoring 1.24, 6.16", \
     "Add variants of VIDEO-RANGE=SDR, and I-frames of them.", RUN(H14)}, \
    {RULE_H15, LEVEL_WARNING, PROFILE_APPLE, \
     "Forced subtitles and renditions for accessibility are AUTOSELECT=YES", \
     "Apple HLS Authoring 2.13, 4.6, 5.11", \
     "Add AUTOSELECT=YES, so that the device's settings can choose it.", RUN(H15)}, \
    {RULE_H16, LEVEL_ERROR, PROFILE_APPLE, \
     "Keys of FairPlay are for SAMPLE-AES, of version 1, and begin with skd://", \
     "Apple HLS Authoring 13.1 to 13.4; RFC 8216 4.3.2.4", \
     "Write METHOD=SAMPLE-AES,URI=\"skd://...\",KEYFORMAT=\"com.apple.streamingkeydelivery\"," \
     "KEYFORMATVERSIONS=\"1\".", RUN(H16)},
// clang-format on

#endif
