// SPDX-License-Identifier: BSD-2-Clause
// The languages of ISO 639 that have a two-letter code, and reading of tags.
#include "src/media/language.h"

#include <string.h>

#include "src/base/mem.h"

struct language_row {
    char two[3];           // ISO 639-1
    char three[4];         // ISO 639-2/T
    char bibliographic[4]; // ISO 639-2/B where it differs
    const char *name;
};

// clang-format off
static const struct language_row rows[] = {
    {"aa", "aar", "", "Afar"},
    {"ab", "abk", "", "Abkhazian"},
    {"ae", "ave", "", "Avestan"},
    {"af", "afr", "", "Afrikaans"},
    {"ak", "aka", "", "Akan"},
    {"am", "amh", "", "Amharic"},
    {"an", "arg", "", "Aragonese"},
    {"ar", "ara", "", "Arabic"},
    {"as", "asm", "", "Assamese"},
    {"av", "ava", "", "Avaric"},
    {"ay", "aym", "", "Aymara"},
    {"az", "aze", "", "Azerbaijani"},
    {"ba", "bak", "", "Bashkir"},
    {"be", "bel", "", "Belarusian"},
    {"bg", "bul", "", "Bulgarian"},
    {"bh", "bih", "", "Bihari languages"},
    {"bi", "bis", "", "Bislama"},
    {"bm", "bam", "", "Bambara"},
    {"bn", "ben", "", "Bengali"},
    {"bo", "bod", "tib", "Tibetan"},
    {"br", "bre", "", "Breton"},
    {"bs", "bos", "", "Bosnian"},
    {"ca", "cat", "", "Catalan"},
    {"ce", "che", "", "Chechen"},
    {"ch", "cha", "", "Chamorro"},
    {"co", "cos", "", "Corsican"},
    {"cr", "cre", "", "Cree"},
    {"cs", "ces", "cze", "Czech"},
    {"cu", "chu", "", "Church Slavonic"},
    {"cv", "chv", "", "Chuvash"},
    {"cy", "cym", "wel", "Welsh"},
    {"da", "dan", "", "Danish"},
    {"de", "deu", "ger", "German"},
    {"dv", "div", "", "Maldivian"},
    {"dz", "dzo", "", "Dzongkha"},
    {"ee", "ewe", "", "Ewe"},
    {"el", "ell", "gre", "Greek"},
    {"en", "eng", "", "English"},
    {"eo", "epo", "", "Esperanto"},
    {"es", "spa", "", "Spanish"},
    {"et", "est", "", "Estonian"},
    {"eu", "eus", "baq", "Basque"},
    {"fa", "fas", "per", "Persian"},
    {"ff", "ful", "", "Fulah"},
    {"fi", "fin", "", "Finnish"},
    {"fj", "fij", "", "Fijian"},
    {"fo", "fao", "", "Faroese"},
    {"fr", "fra", "fre", "French"},
    {"fy", "fry", "", "Western Frisian"},
    {"ga", "gle", "", "Irish"},
    {"gd", "gla", "", "Scottish Gaelic"},
    {"gl", "glg", "", "Galician"},
    {"gn", "grn", "", "Guarani"},
    {"gu", "guj", "", "Gujarati"},
    {"gv", "glv", "", "Manx"},
    {"ha", "hau", "", "Hausa"},
    {"he", "heb", "", "Hebrew"},
    {"hi", "hin", "", "Hindi"},
    {"ho", "hmo", "", "Hiri Motu"},
    {"hr", "hrv", "", "Croatian"},
    {"ht", "hat", "", "Haitian Creole"},
    {"hu", "hun", "", "Hungarian"},
    {"hy", "hye", "arm", "Armenian"},
    {"hz", "her", "", "Herero"},
    {"ia", "ina", "", "Interlingua"},
    {"id", "ind", "", "Indonesian"},
    {"ie", "ile", "", "Interlingue"},
    {"ig", "ibo", "", "Igbo"},
    {"ii", "iii", "", "Sichuan Yi"},
    {"ik", "ipk", "", "Inupiaq"},
    {"io", "ido", "", "Ido"},
    {"is", "isl", "ice", "Icelandic"},
    {"it", "ita", "", "Italian"},
    {"iu", "iku", "", "Inuktitut"},
    {"ja", "jpn", "", "Japanese"},
    {"jv", "jav", "", "Javanese"},
    {"ka", "kat", "geo", "Georgian"},
    {"kg", "kon", "", "Kongo"},
    {"ki", "kik", "", "Kikuyu"},
    {"kj", "kua", "", "Kwanyama"},
    {"kk", "kaz", "", "Kazakh"},
    {"kl", "kal", "", "Greenlandic"},
    {"km", "khm", "", "Khmer"},
    {"kn", "kan", "", "Kannada"},
    {"ko", "kor", "", "Korean"},
    {"kr", "kau", "", "Kanuri"},
    {"ks", "kas", "", "Kashmiri"},
    {"ku", "kur", "", "Kurdish"},
    {"kv", "kom", "", "Komi"},
    {"kw", "cor", "", "Cornish"},
    {"ky", "kir", "", "Kyrgyz"},
    {"la", "lat", "", "Latin"},
    {"lb", "ltz", "", "Luxembourgish"},
    {"lg", "lug", "", "Ganda"},
    {"li", "lim", "", "Limburgish"},
    {"ln", "lin", "", "Lingala"},
    {"lo", "lao", "", "Lao"},
    {"lt", "lit", "", "Lithuanian"},
    {"lu", "lub", "", "Luba-Katanga"},
    {"lv", "lav", "", "Latvian"},
    {"mg", "mlg", "", "Malagasy"},
    {"mh", "mah", "", "Marshallese"},
    {"mi", "mri", "mao", "Maori"},
    {"mk", "mkd", "mac", "Macedonian"},
    {"ml", "mal", "", "Malayalam"},
    {"mn", "mon", "", "Mongolian"},
    {"mr", "mar", "", "Marathi"},
    {"ms", "msa", "may", "Malay"},
    {"mt", "mlt", "", "Maltese"},
    {"my", "mya", "bur", "Burmese"},
    {"na", "nau", "", "Nauru"},
    {"nb", "nob", "", "Norwegian Bokmål"},
    {"nd", "nde", "", "North Ndebele"},
    {"ne", "nep", "", "Nepali"},
    {"ng", "ndo", "", "Ndonga"},
    {"nl", "nld", "dut", "Dutch"},
    {"nn", "nno", "", "Norwegian Nynorsk"},
    {"no", "nor", "", "Norwegian"},
    {"nr", "nbl", "", "South Ndebele"},
    {"nv", "nav", "", "Navajo"},
    {"ny", "nya", "", "Chichewa"},
    {"oc", "oci", "", "Occitan"},
    {"oj", "oji", "", "Ojibwa"},
    {"om", "orm", "", "Oromo"},
    {"or", "ori", "", "Odia"},
    {"os", "oss", "", "Ossetian"},
    {"pa", "pan", "", "Punjabi"},
    {"pi", "pli", "", "Pali"},
    {"pl", "pol", "", "Polish"},
    {"ps", "pus", "", "Pashto"},
    {"pt", "por", "", "Portuguese"},
    {"qu", "que", "", "Quechua"},
    {"rm", "roh", "", "Romansh"},
    {"rn", "run", "", "Rundi"},
    {"ro", "ron", "rum", "Romanian"},
    {"ru", "rus", "", "Russian"},
    {"rw", "kin", "", "Kinyarwanda"},
    {"sa", "san", "", "Sanskrit"},
    {"sc", "srd", "", "Sardinian"},
    {"sd", "snd", "", "Sindhi"},
    {"se", "sme", "", "Northern Sami"},
    {"sg", "sag", "", "Sango"},
    {"si", "sin", "", "Sinhala"},
    {"sk", "slk", "slo", "Slovak"},
    {"sl", "slv", "", "Slovenian"},
    {"sm", "smo", "", "Samoan"},
    {"sn", "sna", "", "Shona"},
    {"so", "som", "", "Somali"},
    {"sq", "sqi", "alb", "Albanian"},
    {"sr", "srp", "", "Serbian"},
    {"ss", "ssw", "", "Swati"},
    {"st", "sot", "", "Southern Sotho"},
    {"su", "sun", "", "Sundanese"},
    {"sv", "swe", "", "Swedish"},
    {"sw", "swa", "", "Swahili"},
    {"ta", "tam", "", "Tamil"},
    {"te", "tel", "", "Telugu"},
    {"tg", "tgk", "", "Tajik"},
    {"th", "tha", "", "Thai"},
    {"ti", "tir", "", "Tigrinya"},
    {"tk", "tuk", "", "Turkmen"},
    {"tl", "tgl", "", "Tagalog"},
    {"tn", "tsn", "", "Tswana"},
    {"to", "ton", "", "Tonga"},
    {"tr", "tur", "", "Turkish"},
    {"ts", "tso", "", "Tsonga"},
    {"tt", "tat", "", "Tatar"},
    {"tw", "twi", "", "Twi"},
    {"ty", "tah", "", "Tahitian"},
    {"ug", "uig", "", "Uyghur"},
    {"uk", "ukr", "", "Ukrainian"},
    {"ur", "urd", "", "Urdu"},
    {"uz", "uzb", "", "Uzbek"},
    {"ve", "ven", "", "Venda"},
    {"vi", "vie", "", "Vietnamese"},
    {"vo", "vol", "", "Volapük"},
    {"wa", "wln", "", "Walloon"},
    {"wo", "wol", "", "Wolof"},
    {"xh", "xho", "", "Xhosa"},
    {"yi", "yid", "", "Yiddish"},
    {"yo", "yor", "", "Yoruba"},
    {"za", "zha", "", "Zhuang"},
    {"zh", "zho", "chi", "Chinese"},
    {"zu", "zul", "", "Zulu"},
};
// clang-format on

static const struct language_row *row_find(const char *code)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (strcmp(code, rows[i].two) == 0 || strcmp(code, rows[i].three) == 0 ||
            (rows[i].bibliographic[0] && strcmp(code, rows[i].bibliographic) == 0))
            return &rows[i];
    return NULL;
}

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

// RFC 5646 2.1.1: regions are written large, scripts with a capital, the rest small.
static void subtag_set_case(char *subtag, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        bool is_large = length == 2 || (length == 4 && i == 0 && is_alpha(subtag[0]));
        subtag[i] = is_large ? upper(subtag[i]) : lower(subtag[i]);
    }
}

static size_t subtag_length(const char *text)
{
    size_t length = 0;
    while (is_alpha(text[length]) || is_digit(text[length]))
        length++;
    return length;
}

// Appends "-REGION-…"; false when a subtag is malformed or there is no room.
static bool append_subtags(const char *rest, char ret_tag[LANGUAGE_TAG_SIZE])
{
    size_t used = strlen(ret_tag);
    bool is_after_singleton = false; // extensions keep small letters
    while (*rest) {
        if (*rest != '-' && *rest != '_')
            return false;
        rest++;
        size_t length = subtag_length(rest);
        if (length < 1 || length > 8 || used + 1 + length >= LANGUAGE_TAG_SIZE)
            return false;
        ret_tag[used++] = '-';
        for (size_t i = 0; i < length; i++)
            ret_tag[used + i] = lower(rest[i]);
        is_after_singleton |= length == 1;
        if (!is_after_singleton)
            subtag_set_case(ret_tag + used, length);
        used += length;
        ret_tag[used] = '\0';
        rest += length;
    }
    return true;
}

bool language_from_tag(const char *text, char ret_tag[LANGUAGE_TAG_SIZE])
{
    char tag[LANGUAGE_TAG_SIZE] = "";
    size_t length = 0;
    memcpy(ret_tag, "und", sizeof("und"));
    while (is_alpha(text[length]))
        length++;
    if (length < 2 || length > 8)
        return false;
    for (size_t i = 0; i < length; i++)
        tag[i] = lower(text[i]);
    const struct language_row *row = row_find(tag);
    if (row)
        memcpy(tag, row->two, sizeof(row->two));
    if (!append_subtags(text + length, tag))
        return false;
    memcpy(ret_tag, tag, sizeof(tag));
    return true;
}

bool language_matches(const char *range, const char *tag)
{
    size_t length = strlen(range);
    return strncmp(range, tag, length) == 0 && (tag[length] == '\0' || tag[length] == '-');
}

const char *language_name(const char *tag)
{
    char primary[LANGUAGE_TAG_SIZE] = "";
    size_t length = subtag_length(tag);
    if (length >= sizeof(primary))
        return NULL;
    memcpy(primary, tag, length);
    const struct language_row *row = row_find(primary);
    return row ? row->name : NULL;
}
