using System.Text;
using Meshlift.Core.Patching;
using Meshlift.Tests.CommandLine;
using Meshlift.Tests.Rendering;

namespace Meshlift.Tests.Patching;

/// <summary>Twenty patches of a platform, made by editing real renderings, on their way from Istio 1.28 to 1.30.</summary>
public sealed class TwentyPatchesTests
{
    private const string Mesh = "clusters/testing/istio-system";
    private const string Divisor = "divisor: \"1\"";

    [IstioDataFact]
    public async Task Each_of_twenty_patches_is_what_it_is_in_every_version()
    {
        using var checkout = new MeshCheckout();
        foreach (var version in (string[])["1.28.10", "1.29.6", "1.30.3"]) checkout.Vendor(version, IstioData.Read($"manifests/{version}/full.yaml"));
        await checkout.RenderAsync("1.28.10");

        // What the platform wants in 1.28.
        var old = new Edits(checkout, "1-28-10");
        await SaveAsync("01-log-level", () => old.Replace("generated/deployment/istio-system/istiod-REV", "=default:info", "=default:warn"));
        await SaveAsync("02-image", () => old.Replace("generated/deployment/istio-system/istiod-REV", "docker.io/istio/pilot", "registry.example.com/istio/pilot"));
        await SaveAsync("03-scale", () => old.Replace("generated/horizontalpodautoscaler/istio-system/istiod-REV", "maxReplicas: 5", "maxReplicas: 9"));
        await SaveAsync("04-no-budget", () => old.Delete("generated/poddisruptionbudget/istio-system/istiod-REV"));
        await SaveAsync("05-own-settings", () => old.Add("generated/configmap/istio-system/mesh-notes-REV", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: mesh-notes-REV\n  namespace: istio-system\ndata:\n  owner: platform\n"));
        await SaveAsync("06-injector-mesh", () => old.Replace("generated/configmap/istio-system/istio-sidecar-injector-REV", "\"meshID\": \"mesh1\"", "\"meshID\": \"shop\""));
        await SaveAsync("07-injector-pull", () => old.Replace("generated/configmap/istio-system/istio-sidecar-injector-REV", "\"imagePullPolicy\": \"\"", "\"imagePullPolicy\": \"IfNotPresent\""));
        await SaveAsync("08-injector-divisor", () => old.AddBelow("generated/configmap/istio-system/istio-sidecar-injector-REV", "resource: limits.cpu", 1, Divisor));
        await SaveAsync("09-injector-both", () =>
        {
            old.AddBelow("generated/configmap/istio-system/istio-sidecar-injector-REV", "resource: limits.cpu", 3, Divisor);
            old.Replace("generated/configmap/istio-system/istio-sidecar-injector-REV", "\"reinvocationPolicy\": \"Never\"", "\"reinvocationPolicy\": \"IfNeeded\"");
        });
        await SaveAsync("10-reader", () => old.AddBelow("generated/clusterrole/istio-reader-clusterrole-REV-istio-system", "- secrets", 1, "- configmaps"));
        await SaveAsync("11-ztunnel-divisor", () => old.Replace("active/daemonset/istio-system/ztunnel", "              resource: limits.cpu\n", $"              {Divisor}\n              resource: limits.cpu\n"));
        await SaveAsync("12-cni-grace", () => old.Replace("active/daemonset/istio-system/istio-cni-node", "terminationGracePeriodSeconds: 5", "terminationGracePeriodSeconds: 60"));
        await SaveAsync("13-cni-reconcile", () => old.Replace("standby/configmap/istio-system/istio-cni-config", "ON_STARTUP: \"false\"", "ON_STARTUP: \"true\""));
        await SaveAsync("14-no-memory-limit", () => old.Remove("generated/deployment/istio-system/istiod-REV", "        - name: GOMEMLIMIT\n", "        - name: GOMAXPROCS\n"));
        await SaveAsync("15-balancer", () => old.Replace("active/service/istio-ingress/istio-ingressgateway", "aws-load-balancer-type: nlb", "aws-load-balancer-type: external"));
        var classes = await CheckAsync("1.28.10");
        Assert.Equal(15, classes.Count);
        Assert.All(classes.Values, outcome => Assert.Equal("applied", outcome));

        Assert.Equal(
            """
            01-log-level applied
            02-image applied-with-offset
            03-scale applied
            04-no-budget applied
            05-own-settings applied
            06-injector-mesh applied-with-offset
            07-injector-pull applied-with-offset
            08-injector-divisor needless
            09-injector-both partly-needless
            10-reader needless
            11-ztunnel-divisor needless
            12-cni-grace failed
            13-cni-reconcile needless
            14-no-memory-limit needless
            15-balancer applied
            """, Lines(await CheckAsync("1.29.6")));
        var error = await RefuseAsync("1.29.6");
        Assert.Contains("error: istio/patches/12-cni-grace.patch:4: hunk 1 of standby/daemonset/istio-system/istio-cni-node.yaml does not fit: the lines it expects at line", error, StringComparison.Ordinal);
        Assert.Contains("- terminationGracePeriodSeconds: 5\n", error.Replace("      terminationGrace", "terminationGrace", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("+ terminationGracePeriodSeconds: 30\n", error.Replace("      terminationGrace", "terminationGrace", StringComparison.Ordinal), StringComparison.Ordinal);

        // The one that fails is made again on the new version; those that are needless do no harm.
        File.Delete(checkout["istio/patches/12-cni-grace.patch"]);
        var output = await checkout.RenderAsync("1.29.6");
        Assert.Equal(["08-injector-divisor", "10-reader", "11-ztunnel-divisor", "13-cni-reconcile", "14-no-memory-limit"], Noted(output, "note ML1040"));
        Assert.Equal(["09-injector-both"], Noted(output, "note ML1041"));
        var now = new Edits(checkout, "1-29-6");
        Assert.Contains("IfNeeded", now.Read("generated/configmap/istio-system/istio-sidecar-injector-REV"), StringComparison.Ordinal);
        await SaveAsync("12-cni-grace", () => now.Replace("standby/daemonset/istio-system/istio-cni-node", "terminationGracePeriodSeconds: 30", "terminationGracePeriodSeconds: 60"), "1.29.6");
        await SaveAsync("16-crd-policy", () => now.Replace("common/customresourcedefinition/authorizationpolicies.security.istio.io", "  annotations:\n", "  annotations:\n    example.com/owner: platform\n"), "1.29.6");
        await SaveAsync("17-crd-repeated", () => now.Replace("common/customresourcedefinition/telemetries.telemetry.istio.io", "Istio specific tags", "tags of Istio", nth: 2), "1.29.6");
        await SaveAsync("18-crd-text", () => now.Replace("common/customresourcedefinition/telemetries.telemetry.istio.io", "Controls span reporting", "Turns spans off", nth: 2), "1.29.6");
        await SaveAsync("19-fewer-rights", () => now.Remove("generated/clusterrole/istiod-clusterrole-REV-istio-system", "  - xlistenersets/status\n", "  verbs:\n"), "1.29.6");
        checkout.Write("istio/patches/20-crd-early.patch", await NewFileAsync("common/customresourcedefinition/trafficextensions.extensions.istio.io.yaml"));
        await checkout.RenderAsync("1.29.6");
        Assert.True(File.Exists(checkout[$"{Mesh}/common/customresourcedefinition/trafficextensions.extensions.istio.io.yaml"]));

        classes = await CheckAsync("1.30.3");
        Assert.Equal(20, classes.Count);
        Assert.Equal(
            """
            01-log-level applied
            02-image failed
            03-scale applied
            04-no-budget applied
            05-own-settings applied
            06-injector-mesh applied-with-offset
            07-injector-pull failed
            08-injector-divisor needless
            09-injector-both partly-needless
            10-reader needless
            11-ztunnel-divisor failed
            12-cni-grace applied
            13-cni-reconcile needless
            14-no-memory-limit needless
            15-balancer applied
            16-crd-policy applied
            17-crd-repeated applied-with-offset
            18-crd-text failed
            19-fewer-rights needless
            20-crd-early needless
            """, Lines(classes));
        error = await RefuseAsync("1.30.3");
        foreach (var (patch, file) in ((string, string)[])[
            ("02-image", "generated/deployment/istio-system/istiod-1-30-3.yaml"), ("07-injector-pull", "generated/configmap/istio-system/istio-sidecar-injector-1-30-3.yaml"),
            ("11-ztunnel-divisor", "standby/daemonset/istio-system/ztunnel.yaml"), ("18-crd-text", "common/customresourcedefinition/telemetries.telemetry.istio.io.yaml"),
        ])
            Assert.Matches($@"error: istio/patches/{patch}\.patch:[0-9]+: hunk 1 of {file} does not fit", error);

        foreach (var patch in (string[])["02-image", "07-injector-pull", "11-ztunnel-divisor", "18-crd-text"]) File.Delete(checkout[$"istio/patches/{patch}.patch"]);
        output = await checkout.RenderAsync("1.30.3");
        Assert.Equal(["08-injector-divisor", "10-reader", "13-cni-reconcile", "14-no-memory-limit", "19-fewer-rights", "20-crd-early"], Noted(output, "note ML1040"));
        // The two versions of this CRD are the same text: the place had to be guessed, and is the right one.
        Assert.Equal(["17-crd-repeated"], Noted(output, "warning ML1042"));
        var newest = new Edits(checkout, "1-30-3");
        var crd = newest.Read("common/customresourcedefinition/telemetries.telemetry.istio.io");
        Assert.True(crd.IndexOf("Istio specific tags", StringComparison.Ordinal) < crd.IndexOf("tags of Istio", StringComparison.Ordinal));
        Assert.Contains("=default:warn", newest.Read("generated/deployment/istio-system/istiod-REV"), StringComparison.Ordinal);
        Assert.Contains("\"shop\"", newest.Read("generated/configmap/istio-system/istio-sidecar-injector-REV"), StringComparison.Ordinal);
        Assert.Contains("owner: platform", newest.Read("generated/configmap/istio-system/mesh-notes-REV"), StringComparison.Ordinal);
        Assert.False(File.Exists(checkout[$"{Mesh}/1-30-3/generated/poddisruptionbudget/istio-system/istiod-1-30-3.yaml"]));

        async Task SaveAsync(string name, Action edit, string version = "1.28.10")
        {
            edit();
            var (code, _, saveError) = await checkout.RunAsync("patch", "save", name);
            Assert.True(code == 0, saveError);
            // Rendering finds what was edited, to the byte.
            var edited = Resources(checkout);
            await checkout.RenderAsync(version);
            var rendered = Resources(checkout);
            // What was edited in active/ or in standby/ alone now stands in both.
            Assert.All(edited, one => Assert.True(rendered[one.Key].AsSpan().SequenceEqual(one.Value) || one.Key.Contains("/standby/", StringComparison.Ordinal) || one.Key.StartsWith("active/", StringComparison.Ordinal), one.Key));
        }

        async Task<SortedDictionary<string, string>> CheckAsync(string version)
        {
            var (_, json, checkError) = await checkout.RunAsync("patch", "check", version, "--output", "json");
            Assert.Equal("", checkError);
            return new(PublishedSchema.AssertFits("patch", json).GetProperty("patches").EnumerateArray().ToDictionary(
                patch => Path.GetFileNameWithoutExtension(patch.GetProperty("path").GetString()!), patch => patch.GetProperty("outcome").GetString()!), StringComparer.Ordinal);
        }

        async Task<string> RefuseAsync(string version)
        {
            var before = MeshCheckout.Files(checkout.Root);
            var (code, _, renderError) = await checkout.RunAsync("render", version);
            Assert.Equal(2, code);
            Assert.Equal(before, MeshCheckout.Files(checkout.Root));
            return renderError;
        }

        // A file of the newest version, brought forward: 'patch save' takes files in common/ that Meshlift did not write for a person's own.
        async Task<string> NewFileAsync(string path)
        {
            await checkout.RenderAsync("1.30.3", "--until", "mutate", "--to", checkout["newest"]);
            var lines = (await File.ReadAllTextAsync(checkout[$"newest/{path}"])).Replace("1.30.3", "${version}", StringComparison.Ordinal).TrimEnd('\n').Split('\n');
            Directory.Delete(checkout["newest"], recursive: true);
            return $"--- /dev/null\n+++ b/{path}\n@@ -0,0 +1,{lines.Length} @@\n+{string.Join("\n+", lines)}\n";
        }
    }

    private static Dictionary<string, byte[]> Resources(MeshCheckout checkout) => checkout.Tree().Where(file => MeshCheckout.IsResource(file.Key)).ToDictionary(file => file.Key, file => file.Value, StringComparer.Ordinal);

    private static string Lines(SortedDictionary<string, string> classes) => string.Join('\n', classes.Select(one => $"{one.Key} {one.Value}"));

    private static string[] Noted(string output, string code) =>
        [.. output.Split('\n').Where(line => line.StartsWith($"  {code}  istio/patches/", StringComparison.Ordinal)).Select(line => line.Split('/')[2].Split(PatchName.Extension)[0])];

    /// <summary>A person with an editor. REV in names and texts is the revision.</summary>
    private sealed class Edits(MeshCheckout checkout, string revision)
    {
        public string Read(string file) => File.ReadAllText(PathOf(file));

        public void Replace(string file, string old, string @new, int nth = 1)
        {
            var text = Read(file);
            var at = -1;
            for (var i = 0; i < nth; i++) at = text.IndexOf(old, at + 1, StringComparison.Ordinal);
            Assert.True(at >= 0, $"{file} does not hold {old} {nth} times");
            File.WriteAllText(PathOf(file), string.Concat(text.AsSpan(0, at), @new, text.AsSpan(at + old.Length)));
        }

        /// <summary>Adds a line of the same indentation below the nth line of this content.</summary>
        public void AddBelow(string file, string line, int nth, string added)
        {
            var lines = Read(file).Split('\n').ToList();
            var at = lines.Index().Where(one => one.Item.Trim() == line).Skip(nth - 1).First().Index;
            lines.Insert(at + 1, lines[at][..^lines[at].TrimStart().Length] + added);
            File.WriteAllText(PathOf(file), string.Join('\n', lines));
        }

        /// <summary>Removes what begins with one text and ends before another.</summary>
        public void Remove(string file, string from, string to)
        {
            var text = Read(file);
            var start = text.IndexOf(from, StringComparison.Ordinal);
            File.WriteAllText(PathOf(file), text.Remove(start, text.IndexOf(to, start, StringComparison.Ordinal) - start));
        }

        public void Delete(string file) => File.Delete(PathOf(file));

        public void Add(string file, string text) => File.WriteAllBytes(PathOf(file), Encoding.UTF8.GetBytes(text.Replace("REV", revision, StringComparison.Ordinal)));

        private string PathOf(string file)
        {
            var path = file.Replace("REV", revision, StringComparison.Ordinal) + ".yaml";
            return checkout[path.StartsWith("common/", StringComparison.Ordinal) || path.StartsWith("active/", StringComparison.Ordinal) ? $"{Mesh}/{path}" : $"{Mesh}/{revision}/{path}"];
        }
    }
}
