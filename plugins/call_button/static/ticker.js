// Two ticks a second that a browser does not slow down while its tab is hidden.
setInterval(() => postMessage(0), 500);
