package io.github.indirec.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The numbers are those of Hugging Face's tokenizers library (as in DJL 0.36) for the same tokenizer file. */
class WordPieceTokenizerTest {
    private static WordPieceTokenizer tokenizer;

    @BeforeAll
    static void load() throws IOException {
        tokenizer = BgeSmallProvider.tokenizer();
    }

    private static void check(String text, long... inner) {
        long[] ids = tokenizer.encode(text, 512);
        assertEquals(101, ids[0], "[CLS]");
        assertEquals(102, ids[ids.length - 1], "[SEP]");
        assertArrayEquals(inner, Arrays.copyOfRange(ids, 1, ids.length - 1), text);
    }

    @Test
    void wordsLoseCapitalsAndAccentsAndAreCutIntoPieces() {
        check(
                "The beauty item has following attributes: \n name is L'Or\u00e9al Na\u00efve Cr\u00e8me 50ml; price is"
                        + " $3.04.",
                1996, 5053, 8875, 2038, 2206, 12332, 1024, 2171, 2003, 1048, 1005, 10848, 2389, 15743, 13675, 21382,
                2753, 19968, 1025, 3976, 2003, 1002, 1017, 1012, 5840, 1012);
        check("B004756YJA SKIN79", 1038, 8889, 22610, 26976, 2100, 3900, 3096, 2581, 2683);
        check("\u0130STANBUL \u03a3\u038a\u03a3\u03a5\u03a6\u039f\u03a3", 9960, 1173, 18199, 29733, 29735, 29736, 29730, 29733);
    }

    @Test
    void ideographsStandAloneAndCombiningMarksGo() {
        check("unaffable \u6d17\u53d1\u6c34 caf\u00e9\u0301 \u00c5ngstr\u00f6m", 14477, 20961, 3468, 100, 100, 1893, 7668, 17076, 15687);
    }

    @Test
    void blanksOfAnyKindSeparateAndControlCharactersVanish() {
        check("a\u00a0b\u2028c\u200bd\ufffde\u000bf\tg\r\nh", 1037, 1038, 3729, 12879, 1043, 1044);
        check("");
        check("   ");
    }

    @Test
    void everySignOfAsciiStandsAlone() {
        check(
                "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ \u2014\u201cx\u201d\u00bf\u00a3",
                999, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1024, 1025,
                1026, 1027, 1028, 1029, 1030, 1031, 1032, 1033, 1034, 1035, 1036, 1063, 1064, 1065, 1066, 1517, 1523,
                1060, 1524, 1094, 1069);
    }

    @Test
    void whatHasNoPiecesIsUnknownAsAWhole() {
        check("\ud83d\ude00 soap \u2122\u00ae \u00bd", 100, 7815, 1580, 29656, 1092);
        check("x".repeat(101), 100);
    }

    @Test
    void aLongTextIsCutAtTheLimit() {
        long[] ids = tokenizer.encode("soap ".repeat(600), 512);
        assertEquals(512, ids.length);
        assertEquals(7815, ids[510]);
        assertEquals(102, ids[511]);
        assertEquals(512, tokenizer.encode("soap ".repeat(510), 512).length);
        assertEquals(511, tokenizer.encode("soap ".repeat(509), 512).length);
    }

    @Test
    void aVocabularyWithoutSpecialTokensIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new WordPieceTokenizer(Map.of("soap", 1)));
    }
}
