package io.github.indirec.text;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Texts as numbered word pieces, the way uncased BERT has them (Devlin et al., NAACL 2019; Wu et al., arXiv 1609.08144).
 * Our own, in 100 lines of Java, since the usual one is a native library that unpacks itself into the home folder.
 *
 * <p>Control characters go, accents go, capitals become small, punctuation and CJK characters stand alone; then each
 * word is cut from its left into the longest pieces that the vocabulary has, {@code ##} marking those inside a word. A
 * word that cannot be cut so is unknown as a whole. Deviation: special tokens that are spelt out in a text, such as
 * {@code [SEP]}, are read as ordinary characters.
 *
 * <p>Immutable, for any number of threads.
 */
final class WordPieceTokenizer {
    private static final int MAX_WORD_CHARS = 100;

    private final Map<String, Integer> vocabulary;
    private final int unknown;
    private final int start;
    private final int end;

    /** @throws IllegalArgumentException if the vocabulary lacks one of BERT's special tokens */
    WordPieceTokenizer(Map<String, Integer> vocabulary) {
        this.vocabulary = vocabulary;
        this.unknown = special("[UNK]");
        this.start = special("[CLS]");
        this.end = special("[SEP]");
    }

    private int special(String token) {
        Integer id = vocabulary.get(token);
        if (id == null) {
            throw new IllegalArgumentException("WordPieceTokenizer: the vocabulary of " + vocabulary.size()
                    + " pieces lacks " + token + ", expected that of a BERT model");
        }
        return id;
    }

    /**
     * The numbers of a text's pieces between those of {@code [CLS]} and {@code [SEP]}.
     *
     * @param limit most numbers, these two included; what is beyond is cut off
     */
    long[] encode(String text, int limit) {
        List<Integer> pieces = new ArrayList<>();
        for (String word : words(text)) {
            if (pieces.size() >= limit - 2) {
                break;
            }
            addPieces(word, pieces);
        }
        int length = Math.min(pieces.size(), limit - 2);
        long[] ids = new long[length + 2];
        ids[0] = start;
        for (int i = 0; i < length; i++) {
            ids[i + 1] = pieces.get(i);
        }
        ids[length + 1] = end;
        return ids;
    }

    private void addPieces(String word, List<Integer> pieces) {
        int before = pieces.size();
        if (word.codePointCount(0, word.length()) > MAX_WORD_CHARS) {
            pieces.add(unknown);
            return;
        }
        for (int from = 0; from < word.length(); ) {
            int to = word.length();
            Integer id = null;
            while (to > from && (id = vocabulary.get((from > 0 ? "##" : "") + word.substring(from, to))) == null) {
                to = word.offsetByCodePoints(to, -1);
            }
            if (id == null) {
                pieces.subList(before, pieces.size()).clear();
                pieces.add(unknown);
                return;
            }
            pieces.add(id);
            from = to;
        }
    }

    /** Words and single characters of punctuation and CJK. */
    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        Normalizer.normalize(clean(text), Normalizer.Form.NFD).codePoints().forEach(point -> {
            if (Character.getType(point) == Character.NON_SPACING_MARK) {
                return;
            }
            boolean alone = isPunctuation(point) || isCjk(point);
            if (alone || isBlank(point)) {
                flush(word, words);
            }
            if (alone) {
                words.add(Character.toString(point));
            } else if (!isBlank(point)) {
                word.appendCodePoint(Character.toLowerCase(point));
            }
        });
        flush(word, words);
        return words;
    }

    /** Without control, format and private characters; before marks are taken apart from their letters. */
    private static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .filter(point -> point != 0xfffd && (isLineOrTab(point) || !isControl(point)))
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }

    private static void flush(StringBuilder word, List<String> words) {
        if (word.length() > 0) {
            words.add(word.toString());
            word.setLength(0);
        }
    }

    private static boolean isControl(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE -> true;
            default -> false;
        };
    }

    private static boolean isBlank(int point) {
        return Character.isSpaceChar(point) || isLineOrTab(point);
    }

    /** The control characters that stand for a blank; the others stand for nothing. */
    private static boolean isLineOrTab(int point) {
        return point == '\t' || point == '\n' || point == '\r';
    }

    /** Unicode's punctuation, and the signs of ASCII that are none there, such as $ and +. */
    private static boolean isPunctuation(int point) {
        if (point < 0x80) {
            return point > ' ' && point < 0x7f && !Character.isLetterOrDigit(point);
        }
        return switch (Character.getType(point)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> true;
            default -> false;
        };
    }

    /** Unified and compatibility ideographs, as BERT counts them. */
    private static boolean isCjk(int point) {
        return point >= 0x4e00 && point <= 0x9fff
                || point >= 0x3400 && point <= 0x4dbf
                || point >= 0x20000 && point <= 0x2a6df
                || point >= 0x2a700 && point <= 0x2ceaf
                || point >= 0xf900 && point <= 0xfaff
                || point >= 0x2f800 && point <= 0x2fa1f;
    }
}
