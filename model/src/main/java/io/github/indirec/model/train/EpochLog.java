package io.github.indirec.model.train;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a task tells of an epoch while it works: phases and their progress for the listener, measures for the report. */
public final class EpochLog {
    private final int epoch;
    private final TrainingListener listener;
    private final EpochMeans means;
    private final Map<String, Double> phaseSeconds = new LinkedHashMap<>();

    EpochLog(int epoch, TrainingListener listener, EpochMeans means) {
        this.epoch = epoch;
        this.listener = listener;
        this.means = means;
    }

    /** The epoch's number, from 0. */
    public int epoch() {
        return epoch;
    }

    /** A phase that lasts until it is closed. */
    public final class Phase implements AutoCloseable {
        private final String name;
        private final long begin = System.nanoTime();

        private Phase(String name) {
            this.name = name;
        }

        /** So many units are done. */
        public void done(int units) {
            done(units, Double.NaN);
        }

        /** So many units are done, the last one with this loss. */
        void done(int units, double loss) {
            listener.unitDone(epoch, name, units, loss);
        }

        @Override
        public void close() {
            phaseSeconds.merge(name, (System.nanoTime() - begin) / 1e9, Double::sum);
        }
    }

    /** Begins a phase of so many units. */
    public Phase begin(String name, int units) {
        listener.phaseStarted(epoch, name, units);
        return new Phase(name);
    }

    /** One more value of a measure whose mean the epoch reports. */
    public void add(String measure, double value) {
        means.add(measure, value);
    }

    /** Wall time by phase. */
    Map<String, Double> phaseSeconds() {
        return phaseSeconds;
    }
}
