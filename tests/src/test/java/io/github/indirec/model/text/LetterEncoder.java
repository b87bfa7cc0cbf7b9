package io.github.indirec.model.text;

import java.util.List;

/** An encoder for tests that counts letters; it can interrupt its caller, or fail, at a text of its life. */
public final class LetterEncoder implements TextEncoder {
    public static final int WIDTH = 5;

    /** The text, counted from 0, at which the calling thread is interrupted. */
    public static int interruptAt = Integer.MAX_VALUE;

    /** The text, counted from 0, at which it fails. */
    public static int failAt = Integer.MAX_VALUE;

    private int encoded;

    /** What a service file names. */
    public static final class Provider implements TextEncoderProvider {
        @Override
        public String name() {
            return "letters";
        }

        @Override
        public TextEncoder open(int threads) {
            return new LetterEncoder();
        }
    }

    /** How often the vowels occur, and a number that tells texts with equal vowels apart. */
    public static float[] vector(String text) {
        float[] vector = new float[WIDTH];
        String vowels = "aeio";
        text.chars().map(vowels::indexOf).filter(i -> i >= 0).forEach(i -> vector[i]++);
        vector[WIDTH - 1] = text.hashCode() & 0xffff;
        return vector;
    }

    @Override
    public String name() {
        return "letters";
    }

    @Override
    public int width() {
        return WIDTH;
    }

    @Override
    public float[][] encode(List<String> texts) {
        float[][] vectors = new float[texts.size()][];
        for (int i = 0; i < vectors.length; i++) {
            if (encoded == failAt) {
                throw new IllegalStateException("failed at text " + encoded);
            }
            if (encoded++ == interruptAt) {
                Thread.currentThread().interrupt();
            }
            vectors[i] = vector(texts.get(i));
        }
        return vectors;
    }

    @Override
    public void close() {}
}
