# Varnish in front of MedWiki: Debian's packages varnish and varnish-modules. docs/fleet.md tells how it is used.
vcl 4.1;

import std;
import xkey;

backend default {
    .host = "127.0.0.1";
    .port = "8000";
}

# Who may say that a page has changed: the machines MedWiki runs on.
acl purgers {
    "127.0.0.1";
    "::1";
}

sub vcl_recv {
    if (req.method == "PURGE") {
        # Varnish adds who asks it to X-Forwarded-For: of what another proxy passes on, that isn't the only address.
        if (client.ip !~ purgers || req.http.X-Forwarded-For != "" + client.ip || !req.http.xkey-purge) {
            return (pass);  # MedWiki refuses it, with a page of its own.
        }
        set req.http.purged = xkey.purge(req.http.xkey-purge);
        return (synth(200, "Purged " + req.http.purged));
    }
    # Whoever sends a cookie is somebody: their pages are nobody else's.
    if ((req.method != "GET" && req.method != "HEAD") || req.http.Cookie || req.http.Authorization) {
        return (pass);
    }
    return (hash);
}

sub vcl_backend_response {
    # Never a moment longer than the page says: no grace, nothing kept to be asked about again.
    set beresp.grace = 0s;
    set beresp.keep = 0s;
    if (beresp.status != 200 || beresp.http.Set-Cookie || beresp.http.Cache-Control !~ "s-maxage") {
        # For a second nobody waits for whether it can be kept after all.
        set beresp.uncacheable = true;
        set beresp.ttl = 1s;
        return (deliver);
    }
    if (beresp.ttl > 1s) {
        set beresp.ttl = 1s;
    }
    set beresp.http.xkey = beresp.http.Surrogate-Key;
    return (deliver);
}

# When MedWiki can't be reached: the page made for it, which carries the medical disclaimer like every other.
sub vcl_backend_error {
    set beresp.http.Content-Type = "text/html; charset=utf-8";
    set beresp.http.Cache-Control = "no-store";
    set beresp.http.Retry-After = "5";
    set beresp.ttl = 0s;
    set beresp.uncacheable = true;
    synthetic(std.fileread("/var/www/medwiki/away.html"));
    return (deliver);
}

sub vcl_deliver {
    unset resp.http.xkey;
    unset resp.http.Surrogate-Key;
    unset resp.http.Age;
    unset resp.http.X-Varnish;
    unset resp.http.Via;
    # What the page said was meant for here: a browser asks each time, and gets 304 or the page.
    if (resp.http.Cache-Control ~ "s-maxage") {
        set resp.http.Cache-Control = "no-cache";
    }
}
