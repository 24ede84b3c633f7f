using Meshlift.Simulator.Clusters.Api;
using Meshlift.Simulator.Clusters.Objects;

namespace Meshlift.Tests.Simulator.Clusters;

/// <summary>The simulated API server, as the real kubectl sees it.</summary>
public sealed class KubectlTests
{
    private const string Crd = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: widgets.example.com}
        spec:
          group: example.com
          scope: Namespaced
          names: {plural: widgets, singular: widget, kind: Widget, shortNames: [wd]}
          versions:
          - name: v1
            served: true
            storage: true
            subresources: {status: {}, scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}}
            additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}]
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec:
                    type: object
                    required: [size]
                    properties:
                      size: {type: integer, minimum: 1, description: How large it is.}
                      color: {type: string, enum: [red, blue], default: red}
                      replicas: {type: integer}
                  status: {type: object, properties: {replicas: {type: integer}}}
          - {name: v1beta1, served: true, storage: false, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
        """;

    [KubectlFact]
    public async Task It_learns_what_is_served()
    {
        await using var served = await ServedCluster.StartAsync();
        Assert.Contains("Server Version: v1.33.4", await served.KubectlAsync("version"), StringComparison.Ordinal);
        Assert.Contains($"running at {served.Server.Address}clusters/eu", await served.KubectlAsync("cluster-info"), StringComparison.Ordinal);
        Assert.Contains("apps/v1\n", await served.KubectlAsync("api-versions"), StringComparison.Ordinal);
        Assert.Matches("deployments +deploy +apps/v1 +true +Deployment", await served.KubectlAsync("api-resources"));
        Assert.Contains("whenUnsatisfiable\t<string> -required-", await served.KubectlAsync("explain", "pod.spec.topologySpreadConstraints"), StringComparison.Ordinal);
        Assert.Contains("containerPort\t<integer> -required-", await served.KubectlAsync("explain", "deployment", "--recursive"), StringComparison.Ordinal);
        Assert.Equal("yes\n", await served.KubectlAsync("auth", "can-i", "delete", "pods"));
        Assert.StartsWith("exit 1: no", await served.KubectlAsync("auth", "can-i", "list", "secrets", "--as=someone"), StringComparison.Ordinal);
        Assert.Contains("User \"someone\" cannot list resource \"pods\" in API group \"\" in the namespace \"default\"", await served.KubectlAsync("get", "pods", "--as=someone"), StringComparison.Ordinal);
        Assert.Contains("kubernetes-admin", await served.KubectlAsync("auth", "whoami"), StringComparison.Ordinal);
        Assert.StartsWith("{\"kind\":\"APIResourceList\"", await served.KubectlAsync("get", "--raw", "/apis/apps/v1"), StringComparison.Ordinal);
    }

    [KubectlFact]
    public async Task It_reads_in_every_form()
    {
        await using var served = await ServedCluster.StartAsync();
        for (var i = 0; i < 5; i++) served.AddConfigMap($"c{i}", labels: $$"""{"n":"{{i}}","app":"a"}""");
        Assert.Matches("^NAME +DATA +AGE\nc1 +0 +", await served.KubectlAsync("get", "cm", "c1"));
        Assert.Equal("configmap/c0\nconfigmap/c1\n", await served.KubectlAsync("get", "cm", "-l", "n in (0,1)", "-o", "name", "--chunk-size=1"));
        Assert.Equal("configmap/c3\n", await served.KubectlAsync("get", "cm", "--field-selector", "metadata.name=c3", "-o", "name"));
        Assert.Equal("c0 c1 c2 c3 c4", await served.KubectlAsync("get", "cm", "-l", "app", "-o", "jsonpath={.items[*].metadata.name}"));
        Assert.Contains("\"kind\": \"ConfigMap\"", await served.KubectlAsync("get", "cm", "c1", "-o", "json"), StringComparison.Ordinal);
        Assert.Contains("    app: a\n", await served.KubectlAsync("get", "cm", "c1", "-o", "yaml"), StringComparison.Ordinal);
        Assert.Equal("exit 1: Error from server (NotFound): configmaps \"none\" not found\n", await served.KubectlAsync("get", "cm", "none"));
        Assert.Contains("the server doesn't have a resource type \"nothing\"", await served.KubectlAsync("get", "nothing"), StringComparison.Ordinal);
        Assert.Matches("kubernetes +ClusterIP +10.96.0.1 +<none> +443/TCP", await served.KubectlAsync("get", "svc", "-A", "-o", "wide"));
        Assert.Matches("Name: +kubernetes\nNamespace: +default\n", await served.KubectlAsync("describe", "svc", "kubernetes"));
    }

    [KubectlFact]
    public async Task It_applies_and_sees_who_owns_what()
    {
        await using var served = await ServedCluster.StartAsync();
        served.Folder.Write("d.yaml", ServedCluster.Deployment);
        Assert.Equal("deployment.apps/web created\n", await served.KubectlAsync("apply", "-f", "d.yaml"));
        Assert.Equal("deployment.apps/web unchanged\n", await served.KubectlAsync("apply", "-f", "d.yaml"));
        Assert.Equal("", await served.KubectlAsync("diff", "-f", "d.yaml"));
        Assert.Equal("deployment.apps/web scaled\n", await served.KubectlAsync("scale", "deploy/web", "--replicas=5"));
        Assert.Matches(@"(?s)^exit 1: .*-  replicas: 5.*\+  replicas: 2", await served.KubectlAsync("diff", "-f", "d.yaml"));
        var conflict = await served.KubectlAsync("apply", "--server-side", "--field-manager=me", "-f", "d.yaml");
        Assert.Contains("Apply failed with 1 conflict: conflict with \"kubectl\" with subresource \"scale\" using apps/v1: .spec.replicas", conflict, StringComparison.Ordinal);
        Assert.Equal("deployment.apps/web serverside-applied\n", await served.KubectlAsync("apply", "--server-side", "--field-manager=me", "--force-conflicts", "-f", "d.yaml"));
        Assert.Equal("2", await served.KubectlAsync("get", "deploy", "web", "-o", "jsonpath={.spec.replicas}"));
        Assert.Contains("manager: me", await served.KubectlAsync("get", "deploy", "web", "-o", "yaml", "--show-managed-fields"), StringComparison.Ordinal);
        served.Folder.Write("e.yaml", ServedCluster.Deployment.Replace("replicas: 2", "replicsa: 2", StringComparison.Ordinal));
        Assert.Contains("strict decoding error: unknown field \"spec.replicsa\"", await served.KubectlAsync("apply", "-f", "e.yaml"), StringComparison.Ordinal);
        Assert.Contains("Warning: unknown field \"spec.replicsa\"", await served.KubectlAsync("apply", "--validate=warn", "-f", "e.yaml"), StringComparison.Ordinal);
    }

    [KubectlFact]
    public async Task It_changes_objects()
    {
        await using var served = await ServedCluster.StartAsync();
        served.Folder.Write("d.yaml", ServedCluster.Deployment);
        Assert.Equal("deployment.apps/web created\n", await served.KubectlAsync("create", "-f", "d.yaml"));
        Assert.Contains("(AlreadyExists)", await served.KubectlAsync("create", "-f", "d.yaml"), StringComparison.Ordinal);
        Assert.Equal("deployment.apps/web labeled\n", await served.KubectlAsync("label", "deploy", "web", "tier=front"));
        Assert.Equal("deployment.apps/web annotated\n", await served.KubectlAsync("annotate", "deploy", "web", "note=x"));
        await served.KubectlAsync("patch", "deploy", "web", "-p", """{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"b"}]}}}}""");
        await served.KubectlAsync("patch", "deploy", "web", "--type=json", "-p", """[{"op":"add","path":"/metadata/labels/more","value":"yes"}]""");
        await served.KubectlAsync("patch", "deploy", "web", "--type=merge", "-p", """{"metadata":{"annotations":{"note":null}}}""");
        var yaml = await served.KubectlAsync("get", "deploy", "web", "-o", "jsonpath={.spec.template.spec.containers[*].name} {.metadata.labels.more} {.metadata.annotations} {.metadata.generation}");
        Assert.Equal("side main yes  2", yaml.Replace("main side", "side main", StringComparison.Ordinal).Replace("{}", "", StringComparison.Ordinal));
        Assert.Equal("deployment.apps/web restarted\n", await served.KubectlAsync("rollout", "restart", "deploy/web"));
        Assert.Contains("No rollout history found", await served.KubectlAsync("rollout", "history", "deploy/web"), StringComparison.Ordinal);
        Assert.Equal("deployment.apps/web replaced\n", await served.KubectlAsync("replace", "-f", "d.yaml"));
        Assert.Equal("namespace/team created\n", await served.KubectlAsync("create", "namespace", "team"));
        Assert.Equal("configmap/settings created\n", await served.KubectlAsync("create", "configmap", "settings", "--from-literal=a=b", "-n", "team"));
        Assert.Equal("deployment.apps/quick created\n", await served.KubectlAsync("create", "deployment", "quick", "--image=nginx", "-n", "team"));
        Assert.Equal("cronjob.batch/often created\n", await served.KubectlAsync("create", "cronjob", "often", "--image=busybox", "--schedule=1 * * * *", "-n", "team"));
        Assert.Equal("resourcequota/most created\n", await served.KubectlAsync("create", "quota", "most", "--hard=pods=3", "-n", "team"));
        Assert.Equal("3", await served.KubectlAsync("get", "quota", "most", "-n", "team", "-o", "jsonpath={.spec.hard.pods}"));
        Assert.Equal("job.batch/once created\n", await served.KubectlAsync("create", "job", "once", "--image=busybox", "-n", "team"));
        Assert.Equal("pod/bare created\n", await served.KubectlAsync("run", "bare", "--image=nginx", "-n", "team"));
        Assert.Contains("The Deployment \"web\" is invalid: spec.selector: Invalid value:", await served.KubectlAsync("patch", "deploy", "web", "--type=merge", "-p", """{"spec":{"selector":{"matchLabels":{"app":"web","x":"y"}},"template":{"metadata":{"labels":{"x":"y"}}}}}"""), StringComparison.Ordinal);
        Assert.Contains("namespace \"team\" deleted", await served.KubectlAsync("delete", "namespace", "team"), StringComparison.Ordinal);
        Assert.Contains("(NotFound): namespaces \"team\" not found", await served.KubectlAsync("get", "pod", "bare", "-n", "team"), StringComparison.Ordinal);
    }

    [KubectlFact]
    public async Task It_deletes_and_waits()
    {
        await using var served = await ServedCluster.StartAsync();
        served.AddConfigMap("held");
        await served.KubectlAsync("patch", "cm", "held", "--type=merge", "-p", """{"metadata":{"finalizers":["example.com/hold"]}}""");
        Assert.Equal("configmap \"held\" deleted\n", await served.KubectlAsync("delete", "cm", "held", "--wait=false"));
        var waiting = served.KubectlAsync("wait", "--for=delete", "cm/held", "--timeout=60s");
        Assert.Contains("deletionTimestamp", await served.KubectlAsync("get", "cm", "held", "-o", "yaml"), StringComparison.Ordinal);
        await served.KubectlAsync("patch", "cm", "held", "--type=merge", "-p", """{"metadata":{"finalizers":null}}""");
        Assert.DoesNotContain("exit", await waiting, StringComparison.Ordinal);
        Assert.Contains("(NotFound)", await served.KubectlAsync("get", "cm", "held"), StringComparison.Ordinal);
    }

    [KubectlFact]
    public async Task It_watches()
    {
        await using var served = await ServedCluster.StartAsync();
        var watching = served.KubectlAsync("get", "cm", "-w", "--request-timeout=6s", "-l", "app=a", "-o", "name");
        while (served.Server.OpenWatches == 0) await Task.Yield();
        served.AddConfigMap("late", labels: """{"app":"a"}""");
        served.AddConfigMap("other", labels: """{"app":"b"}""");
        Assert.Contains("configmap/late\n", await watching, StringComparison.Ordinal);
        Assert.DoesNotContain("other", await watching, StringComparison.Ordinal);
    }

    [KubectlFact]
    public async Task It_knows_custom_resources()
    {
        await using var served = await ServedCluster.StartAsync();
        served.Folder.Write("crd.yaml", Crd);
        served.Folder.Write("w.yaml", "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\nspec: {size: 3}\n");
        served.Folder.Write("bad.yaml", "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: b}\nspec: {size: 0, color: green}\n");
        Assert.Contains("created", await served.KubectlAsync("apply", "-f", "crd.yaml"), StringComparison.Ordinal);
        Assert.Contains("condition met", await served.KubectlAsync("wait", "--for=condition=established", "crd/widgets.example.com"), StringComparison.Ordinal);
        Assert.Equal("widget.example.com/a created\n", await served.KubectlAsync("apply", "--server-side", "-f", "w.yaml").ContinueWith(text => text.Result.Replace("serverside-applied", "created", StringComparison.Ordinal), TaskScheduler.Default));
        Assert.Equal("NAME   SIZE\na      3\n", await served.KubectlAsync("get", "wd"));
        Assert.Equal("example.com/v1beta1 red", await served.KubectlAsync("get", "widgets.v1beta1.example.com", "a", "-o", "jsonpath={.apiVersion} {.spec.color}"));
        Assert.Contains("How large it is.", await served.KubectlAsync("explain", "widget.spec"), StringComparison.Ordinal);
        Assert.Equal("widget.example.com/a scaled\n", await served.KubectlAsync("scale", "widget/a", "--replicas=4"));
        var refused = await served.KubectlAsync("create", "-f", "bad.yaml");
        Assert.Contains("* spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1", refused, StringComparison.Ordinal);
        Assert.Contains("* spec.color: Unsupported value: \"green\": supported values: \"red\", \"blue\"", refused, StringComparison.Ordinal);
        Assert.Contains("deleted", await served.KubectlAsync("delete", "-f", "crd.yaml"), StringComparison.Ordinal);
        Assert.Contains("the server doesn't have a resource type", await served.KubectlAsync("get", "widgets", "--cache-dir", served.Folder["other"]), StringComparison.Ordinal);
    }

    [KubectlFact]
    public async Task It_comes_with_a_client_certificate_or_without_tls()
    {
        await using var byCertificate = await ServedCluster.StartAsync(new ApiServerSettings { UsesCertificates = true });
        Assert.Contains("kubernetes-admin", await byCertificate.KubectlAsync("auth", "whoami"), StringComparison.Ordinal);
        await using var plain = await ServedCluster.StartAsync(new ApiServerSettings { IsPlain = true });
        Assert.Contains("default", await plain.KubectlAsync("get", "ns"), StringComparison.Ordinal);
    }

    [KubectlFact]
    public async Task It_rolls_back_by_what_a_controller_has_kept()
    {
        await using var served = await ServedCluster.StartAsync();
        served.Folder.Write("d.yaml", ServedCluster.Deployment);
        await served.KubectlAsync("apply", "-f", "d.yaml");
        var cluster = served.Cluster;
        var deployment = cluster.Get(cluster.Type("apps/v1", "Deployment"), "default", "web");
        for (var revision = 1; revision <= 2; revision++)
        {
            cluster.Create(cluster.Type("apps/v1", "ReplicaSet"), "default", Json.Object($$$"""
                {"metadata":{"name":"web-{{{revision}}}","labels":{"app":"web"},"annotations":{"deployment.kubernetes.io/revision":"{{{revision}}}"},
                  "ownerReferences":[{"apiVersion":"apps/v1","kind":"Deployment","name":"web","uid":"{{{deployment.Uid}}}","controller":true}]},
                 "spec":{"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"} },"spec":{"containers":[{"name":"main","image":"nginx:0.{{{revision}}}"}] } } } }
                """), WriteOptions.Default);
        }
        Assert.Matches("(?s)1 +<none>\n2 +<none>", await served.KubectlAsync("rollout", "history", "deploy/web"));
        Assert.Equal("deployment.apps/web rolled back\n", await served.KubectlAsync("rollout", "undo", "deploy/web", "--to-revision=1"));
        Assert.Equal("nginx:0.1", await served.KubectlAsync("get", "deploy", "web", "-o", "jsonpath={.spec.template.spec.containers[0].image}"));
        cluster.Patch(cluster.Type("apps/v1", "Deployment"), "default", "web", PatchKind.Merge, Json.Object("""{"status":{"observedGeneration":99,"replicas":2,"updatedReplicas":2,"availableReplicas":2}}"""), new WriteOptions { Subresource = "status" });
        Assert.Equal("deployment \"web\" successfully rolled out\n", await served.KubectlAsync("rollout", "status", "deploy/web"));
        await served.KubectlAsync("delete", "deploy", "web");
        Assert.Contains("No resources found", await served.KubectlAsync("get", "rs"), StringComparison.Ordinal);
    }
}
