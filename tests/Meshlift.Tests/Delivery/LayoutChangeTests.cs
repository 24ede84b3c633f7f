using System.Text;
using Meshlift.Simulator.Releases;
using Meshlift.Tests.CommandLine;
using Meshlift.Tests.Rendering;

namespace Meshlift.Tests.Delivery;

/// <summary>A repository goes from one engine to another, and back.</summary>
public sealed class LayoutChangeTests
{
    private static readonly string[] Engines = ["flux", "argocd, repository: \"https://git.example.com/acme/platform.git\"", "helmfile", "plain"];

    public static TheoryData<string, string> Pairs()
    {
        var pairs = new TheoryData<string, string>();
        foreach (var from in Engines)
            foreach (var to in Engines.Where(to => to != from))
                pairs.Add(from, to);
        return pairs;
    }

    [Theory, MemberData(nameof(Pairs))]
    public async Task Only_the_files_of_the_engines_change_and_going_back_gives_the_same_bytes(string from, string to)
    {
        using var checkout = await RenderedAsync(from);
        var before = checkout.Tree();
        var lockFile = File.ReadAllText(checkout["meshlift.lock.yaml"]);

        checkout.Reconfigure($"engine: {from}", $"engine: {to}");
        var output = await checkout.RenderAsync("1.29.6");
        var after = checkout.Tree();
        Assert.Equal(before.Where(file => !IsOfAnEngine(file.Key)).Select(Text), after.Where(file => !IsOfAnEngine(file.Key)).Select(Text));
        Assert.Equal(from != "plain", output.Contains("ML1021", StringComparison.Ordinal));
        Assert.Equal(lockFile, File.ReadAllText(checkout["meshlift.lock.yaml"]));

        // Whoever starts with the other engine has the same repository.
        using var other = await RenderedAsync(to);
        Assert.Equal(other.Tree().Select(Text), after.Select(Text));
        Assert.Empty(EmptyFolders(checkout.Mesh));

        // Nothing is left to do, whichever revision is rendered next.
        Assert.Equal("nothing changes", (await checkout.RenderAsync("1.30.3")).TrimEnd().Split('\n')[^1]);

        checkout.Reconfigure($"engine: {to}", $"engine: {from}");
        await checkout.RenderAsync("1.30.3");
        Assert.Equal(before.Select(Text), checkout.Tree().Select(Text));
        Assert.Equal(lockFile, File.ReadAllText(checkout["meshlift.lock.yaml"]));
    }

    [Fact]
    public async Task A_file_of_the_old_engine_that_was_edited_by_hand_is_not_lost()
    {
        using var checkout = await RenderedAsync("flux");
        const string file = "clusters/testing/istio-system/flux/istio-crds.yaml";
        checkout.Write(file, File.ReadAllText(checkout[file]).Replace("10m", "1m", StringComparison.Ordinal));
        var before = checkout.Tree();
        checkout.Reconfigure("engine: flux", "engine: plain");
        var (code, _, error) = await checkout.RunAsync("render", "1.30.3");
        Assert.Equal(4, code);
        Assert.Contains(file, error, StringComparison.Ordinal);
        Assert.Equal(before.Select(Text), checkout.Tree().Select(Text));
        await checkout.RenderAsync("1.30.3", "--overwrite");
        Assert.DoesNotContain(checkout.Tree().Keys, path => path.StartsWith("flux/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_of_a_person_in_the_way_of_the_new_engine_stays_and_is_named()
    {
        using var checkout = await RenderedAsync("plain");
        checkout.Write("clusters/testing/istio-system/helmfile.yaml", "releases: [] # ours\n");
        checkout.Reconfigure("engine: plain", "engine: helmfile");
        Assert.Contains("ML1009  helmfile.yaml", await checkout.RenderAsync("1.30.3"), StringComparison.Ordinal);
        Assert.Equal("releases: [] # ours\n", File.ReadAllText(checkout["clusters/testing/istio-system/helmfile.yaml"]));

        // It was never Meshlift's, so it does not go with the engine either.
        checkout.Reconfigure("engine: helmfile", "engine: plain");
        await checkout.RenderAsync("1.30.3");
        Assert.True(File.Exists(checkout["clusters/testing/istio-system/helmfile.yaml"]));
        Assert.DoesNotContain(checkout.Tree().Keys, path => path.EndsWith("Chart.yaml", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_change_is_one_commit_because_no_crd_is_in_it()
    {
        using var workspace = await Workspace.CreateAsync();
        await workspace.RenderAsync("1.30.3");
        await workspace.CommitAllAsync("Render");
        workspace.Replace("meshlift.yaml", "engine: flux", "engine: helmfile");
        await workspace.CommitAllAsync("Deliver with Helmfile");
        await workspace.RenderAsync("1.30.3", "--commit");
        var branch = (await workspace.GitAsync("for-each-ref", "--format=%(refname:short)", "refs/heads/meshlift")).Trim();
        Assert.Equal("Render Istio 1.30.3 as 1-30-3 for testing", await workspace.GitAsync("log", "--format=%s", $"main..{branch}"));
        Assert.Contains("common/customresourcedefinition/Chart.yaml", await workspace.GitAsync("diff", "--name-only", $"main..{branch}"), StringComparison.Ordinal);
    }

    private static async Task<MeshCheckout> RenderedAsync(string engine)
    {
        var checkout = new MeshCheckout(engine: engine);
        checkout.Write("clusters/testing/istio-system/1-30-3/ingress.yaml", "apiVersion: networking.k8s.io/v1\nkind: Ingress # ours\nmetadata: {name: status, namespace: istio-system}\n");
        checkout.Write("clusters/testing/istio-system/1-29-6/istio.operator.yaml", "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: x}\n");
        checkout.Write("clusters/testing/istio-system/common/alias.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: istiod, namespace: istio-system}\n");
        checkout.Write("clusters/testing/istio-system/README.md", "Ours.\n");
        foreach (var version in SampleRelease.Versions)
        {
            checkout.Vendor(version, Encoding.UTF8.GetBytes(SampleRelease.Render(version, version.Replace('.', '-'))));
            await checkout.RenderAsync(version);
        }
        return checkout;
    }

    /// <summary>The cluster's inventory names the engine's files, so it is one of those that change.</summary>
    private static bool IsOfAnEngine(string path) =>
        path is "inventory.yaml" or "helmfile.yaml" || path.StartsWith("flux/", StringComparison.Ordinal) || path.StartsWith("argocd/", StringComparison.Ordinal)
        || path.Split('/')[^1] is "kustomization.yaml" or "Chart.yaml" or ".helmignore" || path.EndsWith("/templates/resources.yaml", StringComparison.Ordinal);

    private static IEnumerable<string> EmptyFolders(string folder) =>
        Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories).Where(one => !Directory.EnumerateFileSystemEntries(one).Any());

    private static string Text(KeyValuePair<string, byte[]> file) => file.Key + "\n" + Encoding.UTF8.GetString(file.Value);
}
