using Meshlift.Engine.Checks;
using Meshlift.Engine.Rendering;
using Meshlift.Tests.CommandLine;
using static Meshlift.Tests.Checks.Objects;

namespace Meshlift.Tests.Checks;

/// <summary>What holds for every rule about several files.</summary>
public sealed class AcrossFilesTests
{
    [Fact]
    public void Comments_silence_findings_that_are_made_when_all_files_are_read()
    {
        var silenced = CheckedFiles.Of(Join(Deployment("till"), Service("cart", "app: cart").TrimEnd() + " # meshlift:ignore ML3018 comes with the operator\n"));
        Assert.Equal((0, 1), (silenced.Findings.Count, silenced.Silenced));
        var document = CheckedFiles.Of(("a.yaml", Service("cart")), ("b.yaml", "# meshlift:ignore ML1102 one of them is a copy\n" + Service("cart")));
        Assert.Equal((0, 1), (document.Findings.Count, document.Silenced));
        var other = CheckedFiles.Of(Join(Deployment("till"), Service("cart", "app: cart").TrimEnd() + " # meshlift:ignore ML3019 comes with the operator\n"));
        Assert.Equal((1, 0), (other.Findings.Count, other.Silenced));
    }

    [Fact]
    public void Findings_come_in_the_order_of_the_files_whichever_rule_finds_them()
    {
        var files = CheckedFiles.Of(("a.yaml", Join(Service("kubernetes"), Service("cart", "app: cart"), Service("localhost"))), ("b.yaml", Join(Deployment("till"), Service("localhost"))));
        Assert.Equal(["ML3016 a.yaml:3", "ML3018 a.yaml:9", "ML3016 a.yaml:13", "ML1102 b.yaml:11", "ML3016 b.yaml:13"], files.Findings);
    }

    [Fact]
    public async Task Another_cluster_and_what_stands_by_say_nothing_and_the_folders_of_clusters_are_seen_from_applications()
    {
        using var workspace = await Workspace.CreateAsync();
        workspace.Write("clusters/testing/istio-system/a.yaml", Join(Service("cart", "app: cart"), Deployment("till")));
        workspace.Write("clusters/eu/istio-system/a.yaml", Deployment("cart"));
        Assert.Equal(1, Findings(workspace, []));
        workspace.Write("clusters/testing/istio-system/1-30-3/standby/b.yaml", Deployment("cart"));
        Assert.Equal(1, Findings(workspace, []));
        workspace.Write("clusters/testing/istio-system/1-30-3/b.yaml", Deployment("cart"));
        Assert.Equal(0, Findings(workspace, []));
        workspace.Write("apps/s.yaml", Join(Service("web", "app: web"), Deployment("other")));
        Assert.Equal(1, Findings(workspace, ["apps"]));
        workspace.Write("clusters/eu/istio-system/web.yaml", Deployment("web"));
        Assert.Equal(0, Findings(workspace, ["apps"]));
    }

    private static int Findings(Workspace workspace, string[] paths) =>
        CheckRun.Run(new CheckRequest([.. paths.Select(path => workspace[path])], MeshFolder.Read(workspace.Config, "meshlift.yaml"), [], null), default).Findings.Count(finding => finding.Rule.Code == "ML3018");
}
