package io.github.indirec.model.diffusion;

import io.github.indirec.autograd.Variable;

/**
 * f(x_t, s, t): predicts x_0 from a noised embedding, the guidance signal and the embedded step (x0-parameterisation, as
 * in DreamRec).
 */
public interface Denoiser {
    /**
     * @param noisy x_t [B x D]
     * @param condition s [B x D]
     * @param step tau(t) [B x D]
     * @return predicted x_0 [B x D]
     */
    Variable forward(Variable noisy, Variable condition, Variable step);

    /**
     * Classifier-free guidance with everything precomputed that does not depend on x_t.
     *
     * @param condition s [B x D]
     * @param nothings the null embedding in every row [B x D]
     * @param steps tau of all steps [T x D]
     * @param w strength
     */
    Guided guided(Variable condition, Variable nothings, Variable steps, double w);

    /** xhat_0 = (1 + w) f(x_t, s, t) - w f(x_t, null, t). */
    interface Guided {
        /** The same for rows {@code from} up to {@code to} of the condition. */
        Guided rows(int from, int to);

        /**
         * @param noisy x_t [B x D], on any tape: gradients flow if that tape records
         * @return xhat_0 on the tape of {@code noisy}
         */
        Variable predict(Variable noisy, int t);
    }
}
