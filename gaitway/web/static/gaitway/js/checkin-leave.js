// Who has to sign in finds no page kept on this telephone; what somebody wrote and could not send stays theirs.

globalThis.caches?.delete("gaitway-check-in");
