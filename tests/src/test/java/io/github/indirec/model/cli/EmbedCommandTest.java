package io.github.indirec.model.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.io.Checksums;
import io.github.indirec.model.io.SafeTensors;
import io.github.indirec.model.text.ItemVectors;
import io.github.indirec.model.text.LetterEncoder;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbedCommandTest {
    /** Enough for the unfinished file to be written more than once. */
    private static final int ITEMS = 1_200;

    @TempDir
    Path temporary;

    private ClassLoader before;
    private Path shop;
    private Path out;

    @BeforeEach
    void writeShop() throws IOException {
        before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(withLetters());
        LetterEncoder.interruptAt = Integer.MAX_VALUE;
        LetterEncoder.failAt = Integer.MAX_VALUE;
        shop = Files.createDirectories(temporary.resolve("corner-shop"));
        StringBuilder sequences = new StringBuilder("1");
        StringBuilder items = new StringBuilder("item_id\ttitle\tkeywords\n");
        for (int item = 1; item <= ITEMS; item++) {
            sequences.append(' ').append(item);
            items.append(item).append("\tThing ").append(item).append("\tround ").append(item % 7).append('\n');
        }
        Files.writeString(shop.resolve("sequences.txt"), sequences.append('\n'));
        Files.writeString(shop.resolve("items.tsv"), items);
        out = temporary.resolve("out.safetensors");
    }

    @AfterEach
    void restore() {
        Thread.currentThread().setContextClassLoader(before);
    }

    /** A class path on which a second encoder is registered. */
    private ClassLoader withLetters() throws IOException {
        Path services = Files.createDirectories(temporary.resolve("path/META-INF/services"));
        Files.writeString(
                services.resolve("io.github.indirec.model.text.TextEncoderProvider"),
                LetterEncoder.Provider.class.getName());
        return new URLClassLoader(new URL[] {temporary.resolve("path").toUri().toURL()}, before);
    }

    private CommandRun embed(Object... more) {
        List<Object> args =
                new ArrayList<>(List.of("embed", "--data", shop, "--out", out, "--encoder", "letters"));
        args.addAll(List.of(more));
        return CommandRun.of(args.toArray());
    }

    private Path part() {
        return temporary.resolve("out.safetensors.part");
    }

    private Path npy(int rows, int width) throws IOException {
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + rows + ", " + width + "), }\n";
        ByteBuffer bytes = ByteBuffer.allocate(10 + header.length() + 4 * rows * width)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .putShort((short) header.length())
                .put(header.getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < rows * width; i++) {
            bytes.putFloat(i + 1);
        }
        return Files.write(temporary.resolve("vectors.npy"), bytes.array());
    }

    @Test
    void everyItemGetsTheVectorOfItsPrompt() throws IOException {
        Map<String, Object> report = embed("--prompt", "shop", "--json").succeeds().object();
        ItemVectors vectors = ItemVectors.read(out, ITEMS);
        float[] row = new float[LetterEncoder.WIDTH];
        for (int item : new int[] {1, 31, 32, 33, 512, ITEMS}) {
            vectors.copyRow(item, row, 0);
            assertArrayEquals(
                    LetterEncoder.vector("The item has following attributes: \n name is Thing " + item
                            + "; brand is unknown; price is unknown. \n The item has following features: unknown. \n"
                            + " The item has following descriptions: unknown."),
                    row);
        }
        Map<String, String> metadata = SafeTensors.read(out).metadata();
        assertEquals("letters", metadata.get("encoder"));
        assertEquals("shop", metadata.get("prompt"));
        assertEquals("false", metadata.get("keywords"));
        assertEquals("corner-shop", metadata.get("data"));
        assertEquals(64, metadata.get("texts_sha256").length());
        assertEquals(ITEMS, report.get("items"));
        metadata.forEach((key, value) -> assertEquals(value, String.valueOf(report.get(key)), key));
        assertFalse(Files.exists(part()));
    }

    @Test
    void itemsThatNobodyHasBoughtAreEmbeddedFromTheirTextsAlone() throws IOException {
        embed("--prompt", "shop").succeeds();
        float[] expected = ItemVectors.read(out, ITEMS).values();
        Path alone = Files.copy(shop.resolve("items.tsv"), temporary.resolve("new-items.tsv"));
        Map<String, Object> report = CommandRun.of(
                        "embed", "--data", alone, "--out", out, "--encoder", "letters", "--prompt", "shop", "--json")
                .succeeds()
                .object();
        assertEquals("new-items", report.get("data"));
        assertEquals(Checksums.sha256(Files.readAllBytes(alone)), report.get("data_sha256"));
        assertArrayEquals(expected, ItemVectors.read(out).values());
        CommandRun.of("embed", "--data", alone, "--out", out, "--encoder", "letters")
                .failsWith(ExitCode.USAGE, "--prompt is missing", "new-items", "shop");
        Files.writeString(alone, "item_id\ttitle\n");
        CommandRun.of("embed", "--data", alone, "--out", out, "--prompt", "shop")
                .failsWith(ExitCode.BAD_INPUT, "new-items.tsv", "an item a line");
    }

    @Test
    void keywordsAreAnOptionThatTheFileNames() throws IOException {
        embed("--prompt", "shop").succeeds();
        byte[] without = Files.readAllBytes(out);
        CommandRun run = embed("--prompt", "shop", "--keywords").succeeds();
        assertTrue(run.out().contains("prompt shop with keywords"), run.out());
        assertFalse(Arrays.equals(without, Files.readAllBytes(out)));
        assertEquals("true", SafeTensors.read(out).metadata().get("keywords"));
    }

    @Test
    void aStoppedRunGoesOnAndEndsInTheBytesOfOneThatWasNot() throws IOException {
        embed("--prompt", "shop").succeeds();
        byte[] whole = Files.readAllBytes(out);
        Files.delete(out);
        LetterEncoder.interruptAt = 100;
        CommandRun stopped = embed("--prompt", "shop");
        assertEquals(ExitCode.INTERRUPTED, stopped.exitCode(), stopped.err());
        assertTrue(stopped.err().contains("the same command goes on"), stopped.err());
        assertFalse(Files.exists(out));
        LetterEncoder.interruptAt = 700;
        assertEquals(ExitCode.INTERRUPTED, embed("--prompt", "shop", "--threads", 2).exitCode());
        LetterEncoder.interruptAt = Integer.MAX_VALUE;
        CommandRun rest = embed("--prompt", "shop").succeeds();
        assertTrue(rest.err().contains("going on after item"), rest.err());
        assertArrayEquals(whole, Files.readAllBytes(out));
        assertFalse(Files.exists(part()));
    }

    @Test
    void aRunThatDiesLosesAtMostTheItemsSinceTheLastWrite() throws IOException {
        embed("--prompt", "shop").succeeds();
        byte[] whole = Files.readAllBytes(out);
        LetterEncoder.failAt = 900;
        assertEquals(ExitCode.INTERNAL_ERROR, embed("--prompt", "shop").exitCode());
        assertArrayEquals(whole, Files.readAllBytes(out), "the file that was there is unchanged");
        LetterEncoder.failAt = Integer.MAX_VALUE;
        CommandRun rest = embed("--prompt", "shop").succeeds();
        assertTrue(rest.err().contains("going on after item 512 of 1,200"), rest.err());
        assertArrayEquals(whole, Files.readAllBytes(out));
    }

    @Test
    void unfinishedRowsOfOtherTextsAreRefused() throws IOException {
        LetterEncoder.interruptAt = 100;
        embed("--prompt", "shop");
        LetterEncoder.interruptAt = Integer.MAX_VALUE;
        byte[] unfinished = Files.readAllBytes(part());
        assertEquals(ExitCode.BAD_INPUT, embed("--prompt", "shop", "--keywords").exitCode());
        CommandRun other = embed("--prompt", "beauty");
        assertEquals(ExitCode.BAD_INPUT, other.exitCode());
        assertTrue(other.err().contains("out.safetensors.part") && other.err().contains("delete"), other.err());
        assertArrayEquals(unfinished, Files.readAllBytes(part()));
        Files.write(part(), new byte[] {1, 2, 3});
        assertEquals(ExitCode.BAD_INPUT, embed("--prompt", "shop").exitCode());
        assertFalse(Files.exists(out));
    }

    @Test
    void vectorsMadeElsewhereComeInAndAreCheckedAgainstTheData() throws IOException {
        Path vectors = npy(ITEMS, 3);
        Map<String, Object> report = CommandRun.of(
                        "embed", "--data", shop.resolve("sequences.txt"), "--from", vectors, "--out", out, "--json")
                .succeeds()
                .object();
        assertEquals(3, report.get("width"));
        ItemVectors read = ItemVectors.read(out, ITEMS);
        float[] last = new float[3];
        read.copyRow(ITEMS, last, 0);
        assertArrayEquals(new float[] {3 * ITEMS - 2, 3 * ITEMS - 1, 3 * ITEMS}, last);
        assertEquals("vectors.npy", read.metadata().get("source"));
        byte[] before = Files.readAllBytes(out);
        CommandRun.of("embed", "--data", shop, "--from", npy(ITEMS - 1, 3), "--out", out)
                .failsWith(ExitCode.BAD_INPUT, "vectors.npy", "1200 items", "1199 rows");
        assertArrayEquals(before, Files.readAllBytes(out));
        CommandRun.of("embed", "--data", shop, "--from", vectors, "--out", out, "--keywords")
                .failsWith(ExitCode.USAGE, "--keywords");
    }

    @Test
    void aCommandThatCannotWorkSaysWhyBeforeAModelIsLoaded() throws IOException {
        LetterEncoder.failAt = 0;
        embed().failsWith(ExitCode.USAGE, "--prompt is missing", "corner-shop", "movielens");
        embed("--prompt", "Beauty").failsWith(ExitCode.USAGE, "Beauty", "expected one of beauty");
        embed("--prompt", "yelp", "--keywords").failsWith(ExitCode.USAGE, "yelp has neither");
        embed("--prompt", "shop", "--threads", 0).failsWith(ExitCode.USAGE, "--threads is 0");
        CommandRun.of("embed", "--data", shop, "--out", out, "--prompt", "shop", "--encoder", "numbers")
                .failsWith(ExitCode.USAGE, "numbers", "bge-small-en-v1.5-int8, letters");
        CommandRun.of("embed", "--data", shop, "--out", out, "--prompt", "shop")
                .failsWith(ExitCode.USAGE, "--encoder is missing");
        CommandRun.of("embed", "--data", shop, "--out", temporary.resolve("out.npy"))
                .failsWith(ExitCode.USAGE, ".safetensors");
        CommandRun.of("embed", "--data", shop, "--out", temporary.resolve("no/out.safetensors"))
                .failsWith(ExitCode.BAD_INPUT, "create the folder");
        Files.delete(shop.resolve("items.tsv"));
        embed("--prompt", "shop").failsWith(ExitCode.BAD_INPUT, "items.tsv", "--from");
        assertFalse(Files.exists(out));
    }

    @Test
    void withoutAnyEncoderItSaysWhatToAdd() {
        // The platform's class loader sees none of the application's services.
        Thread.currentThread().setContextClassLoader(ClassLoader.getPlatformClassLoader());
        CommandRun.of("embed", "--data", shop, "--out", out, "--prompt", "shop")
                .failsWith(ExitCode.USAGE, "io.github.indirec:indirec-text");
    }
}
