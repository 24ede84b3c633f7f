using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Tests.Simulator.Clusters;

/// <summary>What a cluster does by itself: garbage, namespaces, definitions, evictions.</summary>
public sealed class LifecycleTests
{
    private readonly SimulatedCluster _cluster = new(new ClusterSettings { Name = "eu", HasKubelets = true });

    [Theory, InlineData(null), InlineData("Background"), InlineData("Foreground")]
    public void What_belongs_to_a_deleted_object_goes_with_it(string? propagation)
    {
        var owner = Make("owner");
        var child = Make("child", owner, blocks: true);
        Make("grandchild", child, blocks: true);
        var order = new List<string>();
        _cluster.Store.Subscribe(change => { if (change.After is null) order.Add(change.Object.Name); });
        _cluster.Delete(ConfigMaps, "default", "owner", new DeleteOptions { Propagation = propagation });
        Assert.Equal(propagation == "Foreground" ? ["grandchild", "child", "owner"] : ["owner", "child", "grandchild"], order);
    }

    [Fact]
    public void An_orphan_stays()
    {
        Make("child", Make("owner"));
        _cluster.Delete(ConfigMaps, "default", "owner", new DeleteOptions { Propagation = "Orphan" });
        Assert.Null(Find("owner"));
        Assert.Empty(Find("child")!.Owners);
    }

    [Fact]
    public void Who_has_another_owner_stays_with_that()
    {
        var (a, b) = (Make("a"), Make("b"));
        _cluster.Create(ConfigMaps, "default", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "child", ["ownerReferences"] = new JsonArray(Reference(a, false), Reference(b, false)) } }, WriteOptions.Default);
        _cluster.Delete(ConfigMaps, "default", "a", DeleteOptions.Default);
        Assert.Equal(b.Uid, Assert.Single(Find("child")!.Owners).Uid);
        _cluster.Delete(ConfigMaps, "default", "b", DeleteOptions.Default);
        Assert.Null(Find("child"));
    }

    [Fact]
    public void A_finalizer_holds_what_is_to_go()
    {
        Make("held");
        Patch("held", """{"metadata":{"finalizers":["a/b"]}}""");
        Assert.False(_cluster.Delete(ConfigMaps, "default", "held", DeleteOptions.Default).IsGone);
        Assert.True(Find("held")!.IsDeleting);
        Assert.Equal(422, Assert.Throws<ApiException>(() => Patch("held", """{"metadata":{"finalizers":["a/b","c/d"]}}""")).Code);
        Patch("held", """{"metadata":{"finalizers":[]}}""");
        Assert.Null(Find("held"));
    }

    [Fact]
    public void A_namespace_goes_when_all_in_it_has_gone()
    {
        var namespaces = _cluster.Type("v1", "Namespace");
        _cluster.Create(namespaces, "", Json.Object("""{"metadata":{"name":"team"}}"""), WriteOptions.Default);
        _cluster.Create(ConfigMaps, "team", Json.Object("""{"metadata":{"name":"held","finalizers":["a/b"]}}"""), WriteOptions.Default);
        Assert.Equal(["held", "kube-root-ca.crt"], _cluster.Store.Read(ConfigMaps.Key).From("team", null).Select(item => item.Name));
        Assert.False(_cluster.Delete(namespaces, "", "team", DeleteOptions.Default).IsGone);
        Assert.Equal("Terminating", (string)_cluster.Get(namespaces, "", "team").ToJson()["status"]!["phase"]!);
        var refused = Assert.Throws<ApiException>(() => _cluster.Create(ConfigMaps, "team", Json.Object("""{"metadata":{"name":"late"}}"""), WriteOptions.Default));
        Assert.Equal((403, "NamespaceTerminating"), (refused.Code, refused.Causes[0].Reason));
        Assert.NotNull(_cluster.Store.Find(namespaces.Key, "", _cluster.Finalize("team", Json.Object("""{"spec":{"finalizers":["kubernetes"]}}""")).Name));
        _cluster.Patch(ConfigMaps, "team", "held", PatchKind.Merge, Json.Object("""{"metadata":{"finalizers":null}}"""), WriteOptions.Default);
        Assert.Null(_cluster.Store.Find(namespaces.Key, "", "team"));
        Assert.Empty(_cluster.Store.Read(_cluster.Type("v1", "ServiceAccount").Key).From("team", null));
    }

    [Fact]
    public void A_pod_on_a_node_ends_when_its_kubelet_says_so()
    {
        var pods = _cluster.Type("v1", "Pod");
        _cluster.Create(pods, "default", Json.Object("""{"metadata":{"name":"p"},"spec":{"nodeName":"n","containers":[{"name":"a","image":"b"}]}}"""), WriteOptions.Default);
        Assert.False(_cluster.Delete(pods, "default", "p", DeleteOptions.Default).IsGone);
        Assert.Equal(30, (long)_cluster.Get(pods, "default", "p").ToJson()["metadata"]!["deletionGracePeriodSeconds"]!);
        Assert.True(_cluster.Delete(pods, "default", "p", new DeleteOptions { GraceSeconds = 0 }).IsGone);
    }

    [Fact]
    public void A_budget_refuses_evictions_once_it_is_spent()
    {
        var pods = _cluster.Type("v1", "Pod");
        var budgets = _cluster.Type("policy/v1", "PodDisruptionBudget");
        foreach (var name in (string[])["a", "b"])
        {
            _cluster.Create(pods, "default", Json.Object($$$"""{"metadata":{"name":"{{{name}}}","labels":{"app":"x"}},"spec":{"containers":[{"name":"a","image":"b"}]}}"""), WriteOptions.Default);
            _cluster.Patch(pods, "default", name, PatchKind.Merge, Json.Object("""{"status":{"phase":"Running"}}"""), new WriteOptions { Subresource = "status" });
        }
        _cluster.Create(budgets, "default", Json.Object("""{"metadata":{"name":"x"},"spec":{"minAvailable":1,"selector":{"matchLabels":{"app":"x"}}}}"""), WriteOptions.Default);
        Assert.Equal(10, Assert.Throws<ApiException>(() => _cluster.Evict("default", "a", DeleteOptions.Default)).RetryAfterSeconds);
        _cluster.Patch(budgets, "default", "x", PatchKind.Merge, Json.Object("""{"status":{"observedGeneration":1,"disruptionsAllowed":1,"currentHealthy":2,"desiredHealthy":1,"expectedPods":2}}"""), new WriteOptions { Subresource = "status" });
        _cluster.Evict("default", "a", DeleteOptions.Default);
        var refused = Assert.Throws<ApiException>(() => _cluster.Evict("default", "b", DeleteOptions.Default));
        Assert.Equal((429, "DisruptionBudget"), (refused.Code, refused.Causes[0].Reason));
    }

    [Fact]
    public async Task What_was_stored_in_an_older_version_is_served_in_each()
    {
        static string Crd(bool first) => $$$"""
            {"metadata":{"name":"widgets.example.com"},"spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"widgets","kind":"Widget"},"versions":[
              {"name":"v1alpha1","served":true,"storage":{{{(first ? "true" : "false")}}},"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true} } },
              {"name":"v1","served":true,"storage":{{{(first ? "false" : "true")}}},"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true} } }]}}
            """;
        await using var served = await ServedCluster.StartAsync();
        var cluster = served.Cluster;
        var crds = cluster.Type("apiextensions.k8s.io/v1", "CustomResourceDefinition");
        cluster.Create(crds, "", Json.Object(Crd(first: true)), WriteOptions.Default);
        cluster.Create(cluster.Type("example.com/v1", "Widget"), "default", Json.Object("""{"metadata":{"name":"a"},"size":1}"""), WriteOptions.Default);
        var json = Json.Object(Crd(first: false));
        json["metadata"]!["resourceVersion"] = (string)cluster.Get(crds, "", "widgets.example.com").ToJson()["metadata"]!["resourceVersion"]!;
        cluster.Update(crds, "", "widgets.example.com", json, WriteOptions.Default);
        Assert.Equal(["v1alpha1", "v1"], cluster.Get(crds, "", "widgets.example.com").ToJson()["status"]!["storedVersions"]!.AsArray().Select(version => (string)version!));
        foreach (var version in (string[])["v1", "v1alpha1"])
        {
            Assert.Equal($"example.com/{version}", (string)(await served.GetAsync($"apis/example.com/{version}/namespaces/default/widgets/a"))["apiVersion"]!);
            Assert.Equal($"example.com/{version}", (string)(await served.GetAsync($"apis/example.com/{version}/widgets"))["items"]![0]!["apiVersion"]!);
        }
    }

    [Fact]
    public async Task The_kubeconfig_is_for_its_owner_only()
    {
        await using var served = await ServedCluster.StartAsync();
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(served.Folder["config"]));
        Assert.Equal(["config"], Directory.EnumerateFiles(served.Folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Admission_changes_and_refuses()
    {
        _cluster.Admission.Add(request =>
        {
            if (request.Name == "no") throw ApiErrors.Forbidden(request.Type.Key, request.Name, "not here");
            if (request is { Operation: "CREATE", Type.Kind: "ConfigMap" }) request.Object["data"] = new JsonObject { ["injected"] = "yes" };
        });
        Assert.Equal("yes", (string)Make("a").ToJson()["data"]!["injected"]!);
        Assert.Equal(403, Assert.Throws<ApiException>(() => Make("no")).Code);
    }

    [Fact]
    public void What_was_written_without_account_is_not_the_first_appliers()
    {
        _cluster.Create(ConfigMaps, "default", Json.Object("""{"metadata":{"name":"a"},"data":{"x":"1"}}"""), new WriteOptions { Manager = null });
        var applied = Json.Object("""{"apiVersion":"v1","kind":"ConfigMap","data":{"x":"2"}}""");
        var refused = Assert.Throws<ApiException>(() => _cluster.Apply(ConfigMaps, "default", "a", applied, new WriteOptions { Manager = "me" }));
        Assert.Equal("Apply failed with 1 conflict: conflict with \"before-first-apply\" using v1: .data.x", refused.Message);
        Assert.Equal("2", (string)_cluster.Apply(ConfigMaps, "default", "a", applied, new WriteOptions { Manager = "me", Force = true }).Object.ToJson()["data"]!["x"]!);
    }

    [Fact]
    public void The_same_seed_gives_the_same_cluster()
    {
        static string Uids(int seed)
        {
            var cluster = new SimulatedCluster(new ClusterSettings { Name = "a", Seed = seed });
            cluster.Create(cluster.Type("v1", "ConfigMap"), "default", Json.Object("""{"metadata":{"generateName":"x-"}}"""), WriteOptions.Default);
            return string.Join(' ', cluster.Store.Resources().SelectMany(key => cluster.Store.Read(key).Items).Select(item => $"{item.Name} {item.Uid}"));
        }
        Assert.Equal(Uids(1), Uids(1));
        Assert.NotEqual(Uids(1), Uids(2));
    }

    [Fact]
    public async Task Writes_from_many_threads_are_made_one_after_the_other()
    {
        Make("count");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < 25; i++)
            {
                while (true)
                {
                    var json = Find("count")!.ToJson();
                    json["data"] = new JsonObject { ["n"] = (int.Parse((string?)json["data"]?["n"] ?? "0", System.Globalization.CultureInfo.InvariantCulture) + 1).ToString(System.Globalization.CultureInfo.InvariantCulture) };
                    try
                    {
                        _cluster.Update(ConfigMaps, "default", "count", json, WriteOptions.Default);
                        break;
                    }
                    catch (ApiException e) when (e.Code == 409)
                    {
                        // Another one was faster.
                    }
                }
            }
        })));
        Assert.Equal("200", (string)Find("count")!.ToJson()["data"]!["n"]!);
    }

    private ResourceType ConfigMaps => _cluster.Type("v1", "ConfigMap");

    private StoredObject Make(string name, StoredObject? owner = null, bool blocks = false)
    {
        var metadata = new JsonObject { ["name"] = name };
        if (owner is not null) metadata["ownerReferences"] = new JsonArray(Reference(owner, blocks));
        return _cluster.Create(ConfigMaps, "default", new JsonObject { ["metadata"] = metadata }, WriteOptions.Default).Object;
    }

    private static JsonObject Reference(StoredObject owner, bool blocks) =>
        new() { ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["name"] = owner.Name, ["uid"] = owner.Uid, ["blockOwnerDeletion"] = blocks };

    private StoredObject? Find(string name) => _cluster.Store.Find(ConfigMaps.Key, "default", name);

    private void Patch(string name, string patch) => _cluster.Patch(ConfigMaps, "default", name, PatchKind.Merge, Json.Object(patch), WriteOptions.Default);
}
