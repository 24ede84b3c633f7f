using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Api;
using Meshlift.Simulator.Clusters.Objects;

namespace Meshlift.Tests.Simulator.Clusters;

/// <summary>The protocol of the Kubernetes API, request by request.</summary>
public sealed class ProtocolTests
{
    private const string ConfigMaps = "api/v1/namespaces/default/configmaps";

    [Fact]
    public async Task Pages_show_one_moment_whatever_changes_in_between()
    {
        await using var served = await ServedCluster.StartAsync();
        for (var i = 0; i < 7; i++) served.AddConfigMap($"c{i}");
        var first = await served.GetAsync(ConfigMaps + "?limit=3");
        var next = Uri.EscapeDataString((string)first["metadata"]!["continue"]!);
        Assert.Equal(5, (long)first["metadata"]!["remainingItemCount"]!);
        served.AddConfigMap("c35");
        served.Cluster.Delete(served.Cluster.Type("v1", "ConfigMap"), "default", "c5", DeleteOptions.Default);
        var second = await served.GetAsync($"{ConfigMaps}?limit=3&continue={next}");
        var third = await served.GetAsync($"{ConfigMaps}?limit=3&continue={Uri.EscapeDataString((string)second["metadata"]!["continue"]!)}");
        Assert.Equal(["c0", "c1", "c2", "c3", "c4", "c5", "c6", "kube-root-ca.crt"], Names(first).Concat(Names(second)).Concat(Names(third)));
        Assert.Equal((string)first["metadata"]!["resourceVersion"]!, (string)third["metadata"]!["resourceVersion"]!);
        Assert.Null(third["metadata"]!["continue"]);
        served.Cluster.Store.Compact();
        var expired = await served.SendAsync(HttpMethod.Get, $"{ConfigMaps}?limit=3&continue={next}");
        var status = await expired.JsonAsync();
        Assert.Equal((HttpStatusCode.Gone, "Expired"), (expired.StatusCode, (string)status["reason"]!));
        var rest = await served.GetAsync($"{ConfigMaps}?limit=9&continue={Uri.EscapeDataString((string)status["metadata"]!["continue"]!)}");
        Assert.Equal(["c3", "c35", "c4", "c6", "kube-root-ca.crt"], Names(rest));
    }

    [Fact]
    public async Task A_version_can_be_asked_for()
    {
        await using var served = await ServedCluster.StartAsync();
        served.AddConfigMap("a");
        var then = served.Cluster.Store.Version;
        served.AddConfigMap("b");
        Assert.Equal(["a", "kube-root-ca.crt"], Names(await served.GetAsync($"{ConfigMaps}?resourceVersion={then}&resourceVersionMatch=Exact")));
        Assert.Equal(["a", "b", "kube-root-ca.crt"], Names(await served.GetAsync($"{ConfigMaps}?resourceVersion={then}&resourceVersionMatch=NotOlderThan")));
        Assert.Equal(HttpStatusCode.GatewayTimeout, (await served.SendAsync(HttpMethod.Get, $"{ConfigMaps}?resourceVersion=99999")).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await served.SendAsync(HttpMethod.Get, $"{ConfigMaps}?resourceVersionMatch=Exact")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await served.SendAsync(HttpMethod.Get, $"{ConfigMaps}?resourceVersion=x")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await served.SendAsync(HttpMethod.Get, $"{ConfigMaps}?continue=x")).StatusCode);
    }

    [Fact]
    public async Task A_watch_tells_what_enters_changes_and_leaves_a_selection()
    {
        await using var served = await ServedCluster.StartAsync();
        var from = served.Cluster.Store.Version;
        served.AddConfigMap("a", labels: """{"app":"x"}""");
        Relabel(served, "a", "y");
        Relabel(served, "a", "x");
        served.Cluster.Delete(served.Cluster.Type("v1", "ConfigMap"), "default", "a", DeleteOptions.Default);
        using var watch = await WatchAsync(served, $"resourceVersion={from}&labelSelector=app%3Dx");
        var events = new List<JsonObject>();
        while (events.Count < 4) events.Add(await NextAsync(watch));
        Assert.Equal(["ADDED", "DELETED", "ADDED", "DELETED"], events.Select(item => (string)item["type"]!));
        Assert.Equal("x", (string)events[1]["object"]!["metadata"]!["labels"]!["app"]!);
        var versions = events.Select(item => long.Parse((string)item["object"]!["metadata"]!["resourceVersion"]!, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(versions.Order(), versions);
        Assert.Equal(served.Cluster.Store.Version, versions[^1]);
    }

    [Fact]
    public async Task A_watch_from_nowhere_begins_with_what_is_there()
    {
        await using var served = await ServedCluster.StartAsync();
        served.AddConfigMap("a");
        using var plain = await WatchAsync(served, "fieldSelector=metadata.name%3Da");
        Assert.Equal("ADDED", (string)(await NextAsync(plain))["type"]!);
        using var streamed = await WatchAsync(served, "sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&fieldSelector=metadata.name%3Da");
        Assert.Equal("ADDED", (string)(await NextAsync(streamed))["type"]!);
        var bookmark = await NextAsync(streamed);
        Assert.Equal("BOOKMARK", (string)bookmark["type"]!);
        Assert.Equal("true", (string)bookmark["object"]!["metadata"]!["annotations"]!["k8s.io/initial-events-end"]!);
    }

    [Fact]
    public async Task A_watch_gets_bookmarks_and_an_end()
    {
        await using var served = await ServedCluster.StartAsync(new ApiServerSettings { BookmarkInterval = TimeSpan.FromMilliseconds(20) });
        using var watch = await WatchAsync(served, $"allowWatchBookmarks=true&timeoutSeconds=1&resourceVersion={served.Cluster.Store.Version}");
        var bookmark = await NextAsync(watch);
        Assert.Equal("BOOKMARK", (string)bookmark["type"]!);
        Assert.Equal(served.Cluster.Store.Version.ToString(System.Globalization.CultureInfo.InvariantCulture), (string)bookmark["object"]!["metadata"]!["resourceVersion"]!);
        while (await watch.ReadLineAsync() is { } line) Assert.Contains("BOOKMARK", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_that_comes_too_late_is_told_so()
    {
        await using var served = await ServedCluster.StartAsync();
        served.AddConfigMap("a");
        served.AddConfigMap("b");
        served.Cluster.Store.Compact();
        using var watch = await WatchAsync(served, "resourceVersion=3");
        var error = await NextAsync(watch);
        Assert.Equal("ERROR", (string)error["type"]!);
        Assert.Equal((410, "Expired"), ((int)error["object"]!["code"]!, (string)error["object"]!["reason"]!));
        Assert.Null(await watch.ReadLineAsync());
    }

    [Fact]
    public async Task Lists_of_metadata_hold_nothing_else()
    {
        await using var served = await ServedCluster.StartAsync();
        var list = await served.GetAsync("api/v1/services", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json");
        Assert.Equal("PartialObjectMetadataList", (string)list["kind"]!);
        var item = Assert.Single(list["items"]!.AsArray())!.AsObject();
        Assert.Equal(["kind", "apiVersion", "metadata"], item.Select(member => member.Key));
        Assert.Equal(HttpStatusCode.NotAcceptable, (await served.SendAsync(HttpMethod.Get, "api/v1/services", accept: "application/vnd.kubernetes.protobuf")).StatusCode);
    }

    [Fact]
    public async Task Items_of_built_in_types_leave_their_kind_to_the_list()
    {
        await using var served = await ServedCluster.StartAsync();
        var item = (await served.GetAsync("api/v1/services"))["items"]![0]!.AsObject();
        Assert.Equal(["metadata", "spec", "status"], item.Select(member => member.Key));
        Assert.Equal("v1 Service", $"{(await served.GetAsync("api/v1/namespaces/default/services/kubernetes"))["apiVersion"]} {(await served.GetAsync("api/v1/namespaces/default/services/kubernetes"))["kind"]}");
    }

    [Theory]
    [InlineData("GET", "api/v1/namespaces/default/pods/none", null, 404, "NotFound", "pods \"none\" not found")]
    [InlineData("GET", "apis/apps/v1/nothing", null, 404, "NotFound", "the server could not find the requested resource")]
    [InlineData("GET", "api/v1/pods/a", null, 404, "NotFound", "the server could not find the requested resource")]
    [InlineData("PUT", "api/v1/namespaces/default/pods", "{}", 405, "MethodNotAllowed", "the server does not allow this method on the requested resource")]
    [InlineData("DELETE", "api/v1/configmaps", null, 405, "MethodNotAllowed", null)]
    [InlineData("POST", "api/v1/configmaps", "{}", 405, "MethodNotAllowed", null)]
    [InlineData("POST", "api/v1/namespaces/default/services", """{"metadata":{"name":"a"},"spec":{"ports":[{"port":1},{"port":1}]}}""", 422, "Invalid", null)]
    [InlineData("POST", ConfigMaps, "{", 400, "BadRequest", null)]
    [InlineData("POST", ConfigMaps, "[]", 400, "BadRequest", null)]
    [InlineData("POST", ConfigMaps, "", 400, "BadRequest", null)]
    [InlineData("POST", ConfigMaps, """{"kind":"Pod","apiVersion":"v1"}""", 400, "BadRequest", null)]
    [InlineData("POST", ConfigMaps, """{"metadata":{"name":"a","namespace":"other"}}""", 400, "BadRequest", "the namespace of the provided object does not match the namespace sent on the request")]
    [InlineData("POST", ConfigMaps, "{}", 422, "Invalid", "ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName is required")]
    [InlineData("POST", ConfigMaps, """{"metadata":{"name":"A"}}""", 422, "Invalid", null)]
    [InlineData("POST", ConfigMaps, """{"metadata":{"name":"a","labels":{"-":"x"}}}""", 422, "Invalid", null)]
    [InlineData("POST", ConfigMaps, """{"metadata":{"name":"kube-root-ca.crt"}}""", 409, "AlreadyExists", "configmaps \"kube-root-ca.crt\" already exists")]
    [InlineData("POST", "api/v1/namespaces/none/configmaps", """{"metadata":{"name":"a"}}""", 404, "NotFound", "namespaces \"none\" not found")]
    [InlineData("POST", ConfigMaps, """{"metadata":{"name":"a"},"data":"text"}""", 400, "BadRequest", "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot unmarshal string into Go struct field ConfigMap.data of type object")]
    [InlineData("POST", ConfigMaps + "?fieldValidation=Strict", """{"metadata":{"name":"a"},"daat":{}}""", 400, "BadRequest", "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: unknown field \"daat\"")]
    [InlineData("POST", ConfigMaps + "?fieldValidation=Strict", """{"metadata":{"name":"a"},"data":{"b":"1","b":"2"}}""", 400, "BadRequest", "strict decoding error: duplicate field \"data.b\"")]
    [InlineData("POST", ConfigMaps + "?dryRun=Some", """{"metadata":{"name":"a"}}""", 422, "Invalid", null)]
    [InlineData("DELETE", ConfigMaps + "/kube-root-ca.crt", """{"preconditions":{"uid":"x"}}""", 409, "Conflict", null)]
    [InlineData("DELETE", ConfigMaps + "/kube-root-ca.crt?propagationPolicy=Sideways", null, 422, "Invalid", null)]
    [InlineData("PUT", ConfigMaps + "/kube-root-ca.crt", """{"metadata":{"name":"kube-root-ca.crt","resourceVersion":"1"}}""", 409, "Conflict", "Operation cannot be fulfilled on configmaps \"kube-root-ca.crt\": the object has been modified; please apply your changes to the latest version and try again")]
    [InlineData("GET", ConfigMaps + "?labelSelector=a+in", null, 400, "BadRequest", null)]
    [InlineData("GET", ConfigMaps + "?fieldSelector=data.a%3Db", null, 400, "BadRequest", "field label not supported: data.a")]
    public async Task A_refusal_is_a_status(string method, string path, string? body, int code, string reason, string? message)
    {
        await using var served = await ServedCluster.StartAsync();
        var response = await served.SendAsync(new HttpMethod(method), path, body);
        var status = await response.JsonAsync();
        Assert.Equal((code, code, "Status", "v1", "Failure", reason), ((int)response.StatusCode, (int)status["code"]!, (string)status["kind"]!, (string)status["apiVersion"]!, (string)status["status"]!, (string)status["reason"]!));
        if (message is not null) Assert.Equal(message, (string)status["message"]!);
    }

    [Fact]
    public async Task A_refusal_of_several_fields_names_each()
    {
        await using var served = await ServedCluster.StartAsync();
        var status = await (await served.PostAsync("apis/apps/v1/namespaces/default/deployments", """
            {"metadata":{"name":"a"},"spec":{"replicas":-1,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"c"}},"spec":{"restartPolicy":"Never!","containers":[{"image":"x"}]}}}}
            """)).JsonAsync();
        Assert.Equal(["spec.replicas", "spec.template.metadata.labels", "spec.template.spec.containers[0].name", "spec.template.spec.restartPolicy"], status["details"]!["causes"]!.AsArray().Select(cause => (string)cause!["field"]!).Order(StringComparer.Ordinal));
        Assert.Equal(("Deployment", "apps", "a"), ((string)status["details"]!["kind"]!, (string)status["details"]!["group"]!, (string)status["details"]!["name"]!));
    }

    [Theory]
    [InlineData("text/plain", 415), InlineData("application/json-patch+json", 400), InlineData("application/strategic-merge-patch+json", 200), InlineData("application/apply-patch+yaml", 422)]
    public async Task A_patch_needs_a_form_that_is_known(string media, int code)
    {
        await using var served = await ServedCluster.StartAsync();
        var response = await served.SendAsync(HttpMethod.Patch, ConfigMaps + "/kube-root-ca.crt", """{"data":{"a":"b"}}""", media);
        Assert.Equal(code, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_dry_run_answers_and_changes_nothing()
    {
        await using var served = await ServedCluster.StartAsync();
        var before = served.Cluster.Store.Version;
        var made = await served.PostAsync(ConfigMaps + "?dryRun=All", """{"metadata":{"generateName":"a-"}}""");
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.StartsWith("a-", (string)(await made.JsonAsync())["metadata"]!["name"]!, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await served.SendAsync(HttpMethod.Delete, ConfigMaps + "/kube-root-ca.crt?dryRun=All")).StatusCode);
        Assert.Equal(before, served.Cluster.Store.Version);
    }

    [Fact]
    public async Task A_write_that_changes_nothing_is_no_change()
    {
        await using var served = await ServedCluster.StartAsync();
        var before = served.Cluster.Store.Version;
        var json = await served.GetAsync("api/v1/namespaces/default/services/kubernetes");
        Assert.Equal(HttpStatusCode.OK, (await served.SendAsync(HttpMethod.Put, "api/v1/namespaces/default/services/kubernetes", json.ToJsonString())).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await served.SendAsync(HttpMethod.Patch, "api/v1/namespaces/default/services/kubernetes", "{}", "application/merge-patch+json")).StatusCode);
        Assert.Equal(before, served.Cluster.Store.Version);
    }

    [Fact]
    public async Task A_status_is_written_through_its_own_path()
    {
        await using var served = await ServedCluster.StartAsync();
        const string path = "apis/apps/v1/namespaces/default/deployments";
        await served.PostAsync(path, """{"metadata":{"name":"a"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"x"}]}}},"status":{"replicas":9}}""");
        var made = await served.GetAsync(path + "/a");
        Assert.Null(made["status"]!["replicas"]);
        (made["spec"]!["replicas"], made["status"]!["replicas"]) = (7, 3);
        await served.SendAsync(HttpMethod.Put, path + "/a/status", made.ToJsonString());
        var after = await served.GetAsync(path + "/a");
        Assert.Equal((1, 3, 1), ((int)after["spec"]!["replicas"]!, (int)after["status"]!["replicas"]!, (int)after["metadata"]!["generation"]!));
        var scale = await served.GetAsync(path + "/a/scale");
        Assert.Equal(("Scale", "autoscaling/v1", 1, 3, "a=b"), ((string)scale["kind"]!, (string)scale["apiVersion"]!, (int)scale["spec"]!["replicas"]!, (int)scale["status"]!["replicas"]!, (string)scale["status"]!["selector"]!));
        scale["spec"]!["replicas"] = 4;
        Assert.Equal(HttpStatusCode.Conflict, (await served.SendAsync(HttpMethod.Put, path + "/a/scale", scale.ToJsonString().Replace((string)scale["metadata"]!["resourceVersion"]!, "1", StringComparison.Ordinal))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await served.SendAsync(HttpMethod.Put, path + "/a/scale", scale.ToJsonString())).StatusCode);
        Assert.Equal(2, (int)(await served.GetAsync(path + "/a"))["metadata"]!["generation"]!);
    }

    [Fact]
    public async Task YAML_is_read_and_written()
    {
        await using var served = await ServedCluster.StartAsync();
        Assert.Equal(HttpStatusCode.Created, (await served.SendAsync(HttpMethod.Post, ConfigMaps, "metadata: {name: written}\ndata: {a: \"1\"}\n", "application/yaml")).StatusCode);
        var text = await (await served.SendAsync(HttpMethod.Get, ConfigMaps + "/written", accept: "application/yaml")).Content.ReadAsStringAsync();
        Assert.Contains("\nkind: ConfigMap\n", text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Created, (await served.SendAsync(HttpMethod.Patch, ConfigMaps + "/z?fieldManager=me", "apiVersion: v1\nkind: ConfigMap\ndata: {a: b}\n", "application/apply-patch+yaml")).StatusCode);
    }

    [Fact]
    public async Task Discovery_comes_plain_and_aggregated()
    {
        await using var served = await ServedCluster.StartAsync();
        var plain = (await served.GetAsync("apis/apps/v1"))["resources"]!.AsArray().Select(item => (string)item!["name"]!).ToList();
        const string aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
        var response = await served.SendAsync(HttpMethod.Get, "apis", accept: aggregated);
        Assert.Equal("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList", response.Content.Headers.ContentType!.ToString().Replace(" ", "", StringComparison.Ordinal));
        var apps = (await response.JsonAsync())["items"]!.AsArray().Single(item => (string?)item!["metadata"]!["name"] == "apps")!["versions"]![0]!["resources"]!.AsArray();
        var names = apps.SelectMany(item => ((item!["subresources"] as JsonArray)?.Select(sub => $"{item["resource"]}/{sub!["subresource"]}") ?? []).Prepend((string)item["resource"]!));
        Assert.Equal(plain.Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
        Assert.Equal("APIVersions", (string)(await served.GetAsync("api"))["kind"]!);
        Assert.Equal("apps/v1", (string)(await served.GetAsync("apis/apps"))["preferredVersion"]!["groupVersion"]!);
    }

    [Fact]
    public async Task Every_reference_of_the_OpenAPI_documents_leads_somewhere()
    {
        await using var served = await ServedCluster.StartAsync();
        var documents = new List<(string Text, string Prefix)> { ((await served.GetAsync("openapi/v2")).ToJsonString(), "#/definitions/") };
        foreach (var (_, path) in (await served.GetAsync("openapi/v3"))["paths"]!.AsObject())
            documents.Add(((await served.GetAsync(((string)path!["serverRelativeURL"]!).TrimStart('/'))).ToJsonString(), "#/components/schemas/"));
        Assert.True(documents.Count > 10);
        Assert.All(documents, document =>
        {
            var json = JsonNode.Parse(document.Text)!;
            var known = (json["definitions"] ?? json["components"]!["schemas"])!.AsObject();
            foreach (var part in document.Text.Split("\"$ref\":\"" + document.Prefix).Skip(1)) Assert.True(known.ContainsKey(part[..part.IndexOf('"', StringComparison.Ordinal)]), part);
        });
    }

    [Fact]
    public async Task Who_is_not_known_is_sent_away_but_health_is_for_all()
    {
        await using var served = await ServedCluster.StartAsync();
        served.Http.DefaultRequestHeaders.Authorization = new("Bearer", "wrong");
        var refused = await served.SendAsync(HttpMethod.Get, "api/v1/pods");
        Assert.Equal((HttpStatusCode.Unauthorized, "Unauthorized"), (refused.StatusCode, (string)(await refused.JsonAsync())["reason"]!));
        served.Http.DefaultRequestHeaders.Authorization = null;
        Assert.Equal("ok", await served.Http.GetStringAsync("readyz"));
        Assert.Equal(HttpStatusCode.Forbidden, (await served.SendAsync(HttpMethod.Get, "api/v1/pods")).StatusCode);
        var token = served.Server.TokenOf("eu");
        Assert.True(served.Server.RemoveToken("eu", token));
        served.Http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        Assert.Equal(HttpStatusCode.Unauthorized, (await served.SendAsync(HttpMethod.Get, "api/v1/pods")).StatusCode);
    }

    [Fact]
    public async Task A_body_may_not_be_endless()
    {
        await using var served = await ServedCluster.StartAsync();
        var response = await served.PostAsync(ConfigMaps, new StringBuilder("{\"a\":\"").Append('x', 3_200_000).Append("\"}").ToString());
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    private static IEnumerable<string> Names(JsonObject list) => list["items"]!.AsArray().Select(item => (string)item!["metadata"]!["name"]!);

    private static void Relabel(ServedCluster served, string name, string app) => served.Cluster.Patch(
        served.Cluster.Type("v1", "ConfigMap"), "default", name, PatchKind.Merge, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = app } } }, WriteOptions.Default);

    private static async Task<StreamReader> WatchAsync(ServedCluster served, string query)
    {
        var response = await served.SendAsync(HttpMethod.Get, $"{ConfigMaps}?watch=true&{query}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return new StreamReader(await response.Content.ReadAsStreamAsync());
    }

    private static async Task<JsonObject> NextAsync(StreamReader watch) => Json.Object((await watch.ReadLineAsync())!);
}
