package io.github.indirec.model.baselines;

import io.github.indirec.model.data.PrefixSegments;
import io.github.indirec.tensor.RandomSequence;
import java.util.Arrays;

/**
 * The training prefixes by target item, two of which share an intent in the eyes of DuoRec and ICSRec. Training rows only:
 * held-out items are no targets. Immutable.
 */
final class SameTarget {
    private final PrefixSegments segments;
    private final int[] targets;
    private final int[] starts;
    private final int[] members;

    /** Counting sort of the prefixes, which stay in data order within a target. */
    SameTarget(PrefixSegments segments) {
        this.segments = segments;
        this.targets = new int[segments.count()];
        this.starts = new int[segments.dataset().items() + 2];
        this.members = new int[segments.count()];
        for (int s = 0; s < targets.length; s++) {
            targets[s] = segments.target(s);
            starts[targets[s] + 1]++;
        }
        for (int item = 1; item < starts.length; item++) {
            starts[item] += starts[item - 1];
        }
        int[] next = starts.clone();
        for (int s = 0; s < targets.length; s++) {
            members[next[targets[s]]++] = s;
        }
    }

    /** Uniform among the other prefixes with the target of s; s itself where it is the only one. */
    int anyOther(int s, RandomSequence random) {
        int first = starts[targets[s]];
        int count = starts[targets[s] + 1] - first;
        if (count == 1) {
            return s;
        }
        int place = Arrays.binarySearch(members, first, first + count, s);
        int drawn = first + random.nextInt(count - 1);
        return members[drawn < place ? drawn : drawn + 1];
    }

    /** Uniform among the prefixes with the target of s whose items differ from those of s; s itself where none does. */
    int anyDiffering(int s, RandomSequence random) {
        int differing = 0;
        for (int i = starts[targets[s]]; i < starts[targets[s] + 1]; i++) {
            differing += differ(members[i], s) ? 1 : 0;
        }
        int skip = differing == 0 ? 0 : random.nextInt(differing);
        for (int i = starts[targets[s]]; differing > 0; i++) {
            if (differ(members[i], s) && skip-- == 0) {
                return members[i];
            }
        }
        return s;
    }

    /** The last prefix, in data order, with the target of s whose items differ from those of s; s itself where none does. */
    int lastDiffering(int s) {
        for (int i = starts[targets[s] + 1] - 1; i >= starts[targets[s]]; i--) {
            if (differ(members[i], s)) {
                return members[i];
            }
        }
        return s;
    }

    private boolean differ(int s, int t) {
        if (s == t) {
            return false;
        }
        int length = segments.inputLength(s);
        if (length != segments.inputLength(t)) {
            return true;
        }
        int[] a = new int[length];
        int[] b = new int[length];
        segments.copyInput(s, a, 0);
        segments.copyInput(t, b, 0);
        return !Arrays.equals(a, b);
    }
}
