package io.github.indirec.kernels.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An opcode cut at its dots: a name, and modifiers that are taken one by one until none is left. */
final class Opcode {
    private final String text;
    private final String name;
    private final List<String> modifiers;

    Opcode(String text) {
        this.text = text;
        List<String> parts = new ArrayList<>(Arrays.asList(text.split("\\.")));
        name = parts.remove(0);
        modifiers = parts;
    }

    String name() {
        return name;
    }

    /** Takes the next modifier if it is this one. */
    boolean take(String modifier) {
        if (!modifiers.isEmpty() && modifiers.get(0).equals(modifier)) {
            modifiers.remove(0);
            return true;
        }
        return false;
    }

    /** Takes the next modifier if it is one of these; else null. */
    String takeAny(String... choices) {
        for (String choice : choices) {
            if (take(choice)) {
                return choice;
            }
        }
        return null;
    }

    /** Takes the next modifier; empty if there is none. */
    String next() {
        return modifiers.isEmpty() ? "" : modifiers.remove(0);
    }

    boolean isEmpty() {
        return modifiers.isEmpty();
    }

    @Override
    public String toString() {
        return text;
    }
}
