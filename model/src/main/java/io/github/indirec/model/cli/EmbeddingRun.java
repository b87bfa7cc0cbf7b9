package io.github.indirec.model.cli;

import io.github.indirec.model.io.Checksums;
import io.github.indirec.model.text.ItemVectors;
import io.github.indirec.model.text.PartialVectors;
import io.github.indirec.model.text.TextEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import me.tongfei.progressbar.ProgressBar;

/**
 * Encodes a catalogue piece by piece, so that it can be watched, stopped and gone on with; the bytes of the file do not
 * depend on where it was stopped.
 */
final class EmbeddingRun {
    /** Texts between two looks at Ctrl-C: about half a second. */
    private static final int PIECE = 32;

    /** Items between two writes of what is done, which a killed process loses at most; a multiple of the piece. */
    private static final int SAVED_PIECE = 512;

    private final Terminal terminal;
    private final Path out;
    private final TextEncoder encoder;
    private final List<String> texts;
    private final Map<String, String> about;
    private final PartialVectors partial;
    private final float[] values;

    /**
     * @param texts of all items, that of item 1 first
     * @param about what to say in the file beside encoder and checksum of the texts
     */
    EmbeddingRun(Terminal terminal, Path out, TextEncoder encoder, List<String> texts, Map<String, String> about) {
        this.terminal = terminal;
        this.out = out;
        this.encoder = encoder;
        this.texts = texts;
        this.about = new TreeMap<>(about);
        this.about.put("encoder", encoder.name());
        this.about.put("texts_sha256", Checksums.sha256(String.join("\0", texts).getBytes(StandardCharsets.UTF_8)));
        this.partial = new PartialVectors(out, this.about);
        this.values = new float[Math.multiplyExact(texts.size(), encoder.width())];
    }

    Map<String, String> about() {
        return about;
    }

    Path partialFile() {
        return partial.file();
    }

    ItemVectors vectors() {
        return ItemVectors.of(values, encoder.width());
    }

    /** Encodes what is missing and writes the file; false if interrupted before the end, with the rows saved. */
    boolean finish() throws IOException {
        int begin = partial.resume(values, encoder.width());
        if (begin > 0) {
            terminal.say("going on after item %,d of %,d, as %s has it", begin, texts.size(), partial.file());
        }
        long start = System.nanoTime();
        if (!encodeFrom(begin)) {
            return false;
        }
        double seconds = (System.nanoTime() - start) * 1e-9;
        terminal.say(
                "%,d items in %.1f s, %.1f a second", texts.size() - begin, seconds, (texts.size() - begin) / seconds);
        vectors().write(out, about);
        partial.delete();
        return true;
    }

    private boolean encodeFrom(int begin) throws IOException {
        try (ProgressBar bar = terminal.interactive() ? ProgressLine.bar(terminal, "items", texts.size()) : null) {
            for (int done = begin; done < texts.size(); ) {
                if (Thread.interrupted()) {
                    partial.save(values, encoder.width(), done);
                    return false;
                }
                int end = Math.min(texts.size(), done + PIECE);
                put(encoder.encode(texts.subList(done, end)), done);
                done = end;
                if (bar != null) {
                    bar.stepTo(done);
                }
                if (done % SAVED_PIECE == 0) {
                    partial.save(values, encoder.width(), done);
                }
            }
        }
        return true;
    }

    private void put(float[][] vectors, int first) {
        for (int i = 0; i < vectors.length; i++) {
            System.arraycopy(vectors[i], 0, values, (first + i) * encoder.width(), encoder.width());
        }
    }
}
