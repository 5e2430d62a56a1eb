# Made by `make generate` from varnish.vcl of the cluster guide; edit that.

vcl 4.1;

# The cache for frames and video of live rooms. It asks once for what thousands want at once, also
# for a segment that is still being made: those who come meanwhile wait for the one answer.

import directors;
import std;

probe healthz {
    .url = "/healthz";
    .interval = 2s;
    .timeout = 1s;
    .window = 4;
    .threshold = 2;
    .initial = 2;
}

backend gateway1 {
    .host = "10.0.0.11";
    .port = "8080";
    .probe = healthz;
    .connect_timeout = 1s;
    .first_byte_timeout = 10s;  # what is not there yet is answered when it is, within six seconds
    .between_bytes_timeout = 10s;
    .max_connections = 500;
}

backend gateway2 {
    .host = "10.0.0.12";
    .port = "8080";
    .probe = healthz;
    .connect_timeout = 1s;
    .first_byte_timeout = 10s;
    .between_bytes_timeout = 10s;
    .max_connections = 500;
}

# Who may say that a segment was written anew: the nodes, and nobody from outside.
acl nodes {
    "127.0.0.1";
    "10.0.0.11";
    "10.0.0.12";
    "10.0.0.21";
}

sub vcl_init {
    new gateways = directors.round_robin();
    gateways.add_backend(gateway1);
    gateways.add_backend(gateway2);
}

sub vcl_recv {
    set req.backend_hint = gateways.backend();
    if (req.method == "PURGE") {
        if (client.ip !~ nodes) {
            return (synth(405));
        }
        return (purge);
    }
    if (req.method != "GET" && req.method != "HEAD") {
        return (synth(405));
    }
    if (req.url !~ "^/live/[0-9a-f-]+/(frames|video)/") {
        return (synth(404));
    }
    # One address, one thing: nothing of a viewer changes it. Only of a playlist players say in the
    # query which state of it they wait for; whoever waits for the same is one request.
    if (req.url ~ "\.m3u8\?") {
        set req.url = std.querysort(regsuball(req.url, "(?<=[?&])(?!_HLS_)[^&]*(&|$)", ""));
        set req.url = regsub(req.url, "[?&]+$", "");
    } else {
        set req.url = regsub(req.url, "\?.*$", "");
    }
    unset req.http.Cookie;
    unset req.http.Authorization;
    # What is too old is told only while no gateway answers.
    if (std.healthy(req.backend_hint)) {
        set req.grace = 0s;
    }
    return (hash);
}

sub vcl_hash {
    # Whatever name the house was asked by: nodes purge by the address alone.
    hash_data(req.url);
    return (lookup);
}

sub vcl_backend_response {
    unset beresp.http.Set-Cookie;
    set beresp.grace = 60s;
    if (beresp.http.Cache-Control ~ "no-store") {
        # A refusal that holds for this moment. Remembered so briefly it is still true, and a crowd
        # that comes too early is one request.
        set beresp.ttl = 250ms;
        set beresp.grace = 0s;
        set beresp.uncacheable = false;
        return (deliver);
    }
}

sub vcl_deliver {
    set resp.http.X-Cache-Hits = obj.hits;
}
