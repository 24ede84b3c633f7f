using System.Text.Json.Nodes;
using Meshlift.Core.Manifests;
using Meshlift.Tests.CommandLine;
using Meshlift.Tests.Configuration;
using Meshlift.Yaml;

namespace Meshlift.Tests.Tags;

/// <summary><c>meshlift tag</c>, by the real command line on real files and a real repository.</summary>
public sealed class TagCommandTests
{
    private const string Folder = "clusters/testing/istio-system";
    private static readonly JsonObject Schema = (JsonObject)JsonNode.Parse(File.ReadAllText(FindSchema()))!;

    [Fact]
    public async Task A_tag_is_made_moved_listed_and_removed()
    {
        using var workspace = await CreateAsync();
        Assert.Equal("testing: clusters/testing/istio-system\n  no tags\n", await RunAsync(workspace, 0, "tag", "list"));
        var set = await RunAsync(workspace, 0, "tag", "set", "prod", "1-29-6");
        Assert.Contains("  tag prod: new at 1-29-6\n", set, StringComparison.Ordinal);
        Assert.Contains("  + active/service/istio-system/istiod-revision-tag-prod.yaml\n", set, StringComparison.Ordinal);
        Assert.Contains("istio-revision-tag-prod.yaml", File.ReadAllText(workspace[$"{Folder}/active/kustomization.yaml"]), StringComparison.Ordinal);
        foreach (var version in (string[])["1.29.6", "1.30.3"]) Assert.EndsWith("nothing changes\n", await workspace.RenderAsync(version), StringComparison.Ordinal);
        var before = workspace.Files();

        var moved = await RunAsync(workspace, 0, "tag", "set", "prod", "1-30-3");
        Assert.Equal("""
            testing: clusters/testing/istio-system
              tag prod: from 1-29-6 to 1-30-3
              ~ active/mutatingwebhookconfiguration/istio-revision-tag-prod.yaml
              ~ active/service/istio-system/istiod-revision-tag-prod.yaml
              ~ inventory.yaml
            3 files written or removed

            """, moved);
        Assert.Equal("""
            testing: clusters/testing/istio-system
              TAG   REVISION  FILES
              prod  1-30-3    active/mutatingwebhookconfiguration/istio-revision-tag-prod.yaml
                              active/service/istio-system/istiod-revision-tag-prod.yaml

            """, await RunAsync(workspace, 0, "tag", "list"));
        foreach (var version in (string[])["1.29.6", "1.30.3"]) Assert.EndsWith("nothing changes\n", await workspace.RenderAsync(version), StringComparison.Ordinal);
        Assert.EndsWith("  tag prod: at 1-30-3, where it stays\nnothing changes\n", await RunAsync(workspace, 0, "tag", "set", "prod", "1-30-3"), StringComparison.Ordinal);

        await RunAsync(workspace, 0, "tag", "set", "prod", "1-29-6");
        Assert.Equal(before, workspace.Files());
        Assert.Contains("  tag prod: from 1-29-6, removed\n", await RunAsync(workspace, 0, "tag", "remove", "prod"), StringComparison.Ordinal);
        Assert.Equal("", await workspace.GitAsync("status", "--porcelain"));
    }

    [Fact]
    public async Task A_revision_that_comes_later_renders_the_tags_that_are_there()
    {
        using var workspace = await CreateAsync("1.29.6");
        await RunAsync(workspace, 0, "tag", "set", "prod", "1-29-6");
        var output = await workspace.RenderAsync("1.30.3");
        Assert.Contains("note ML1002  active: 2 resources of the part 'tags' stand by; 1-29-6 stays in charge until they are moved (meshlift tag set)", output, StringComparison.Ordinal);
        Assert.True(File.Exists(workspace[$"{Folder}/1-30-3/standby/service/istio-system/istiod-revision-tag-prod.yaml"]));
        Assert.EndsWith("3 files would be written or removed; nothing was\n", await RunAsync(workspace, 0, "tag", "set", "prod", "1-30-3", "--dry-run"), StringComparison.Ordinal);
        await workspace.RenderAsync("1.30.3", "--activate", "tags");
        Assert.Contains("  prod  1-30-3 ", await RunAsync(workspace, 0, "tag", "list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_commit_holds_the_whole_move_on_a_branch_of_its_own()
    {
        using var workspace = await CreateAsync();
        await RunAsync(workspace, 0, "tag", "set", "prod", "1-29-6");
        await workspace.CommitAllAsync("Set the tag");
        var before = workspace.Files();
        var output = await RunAsync(workspace, 0, "tag", "set", "prod", "1-30-3", "--commit");
        Assert.Contains("committed to the new branch meshlift/tag/prod/1-30-3/testing at ", output, StringComparison.Ordinal);
        Assert.Equal(before, workspace.Files());
        Assert.Equal("""
            Point the tag prod at 1-30-3 in testing

            Its webhook, its Service and, of the tag default, its validator move together:
            where they named different revisions, both would take the tag for their own.

            testing: from 1-29-6, to 1-30-3

            Meshlift-Revision: 1-30-3
            Meshlift-Cluster: testing
            Meshlift-Step: tag
            """, (await workspace.GitAsync("log", "--format=%B", "main..meshlift/tag/prod/1-30-3/testing")).TrimEnd());
        Assert.Equal(
            $"{Folder}/active/mutatingwebhookconfiguration/istio-revision-tag-prod.yaml\n{Folder}/active/service/istio-system/istiod-revision-tag-prod.yaml\n{Folder}/inventory.yaml",
            await workspace.GitAsync("diff", "--name-only", "main", "meshlift/tag/prod/1-30-3/testing"));
        Assert.Contains("already proposed", await RunAsync(workspace, 0, "tag", "set", "prod", "1-30-3", "--commit"), StringComparison.Ordinal);
        Assert.Contains("nothing to commit", await RunAsync(workspace, 0, "tag", "set", "prod", "1-29-6", "--commit"), StringComparison.Ordinal);
        Assert.Contains("meshlift/tag-remove/prod/testing", await RunAsync(workspace, 0, "tag", "remove", "prod", "--commit"), StringComparison.Ordinal);
        Assert.Equal(1, await workspace.WorktreesAsync());
    }

    [Fact]
    public async Task A_branch_is_pushed()
    {
        using var workspace = await CreateAsync();
        await workspace.GitAsync("init", "-q", "--bare", "../forge.git");
        await workspace.GitAsync("remote", "add", "origin", "../forge.git");
        Assert.EndsWith("pushed to origin\n", await RunAsync(workspace, 0, "tag", "set", "prod", "1-30-3", "--push"), StringComparison.Ordinal);
        Assert.Contains("refs/heads/meshlift/tag/prod/1-30-3/testing", await workspace.GitAsync("ls-remote", "origin"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tag_default_shows_what_it_switches_and_wants_a_yes()
    {
        using var workspace = await CreateAsync();
        var before = workspace.Snapshot();
        foreach (var more in (string[][])[[], ["--commit"]])
        {
            var refused = await workspace.RunAsync(["tag", "set", "default", "1-30-3", .. more]);
            Assert.Equal(4, refused.Code);
            Assert.Contains("  - at once: gateways of the Gateway API and waypoints without istio.io/rev are redeployed by 1-30-3", refused.Output, StringComparison.Ordinal);
            Assert.Equal("error: the tag default switches more than pods, see above; nothing was changed\n  help: add --yes when all of that is meant\n", refused.Error);
            Assert.Equal(before, workspace.Snapshot());
        }
        await RunAsync(workspace, 0, "tag", "set", "default", "1-30-3", "--dry-run");
        Assert.Equal(before, workspace.Snapshot());
        var output = await RunAsync(workspace, 0, "tag", "set", "default", "1-29-6", "--yes");
        Assert.Contains("  + active/validatingwebhookconfiguration/istiod-default-validator.yaml\n", output, StringComparison.Ordinal);
        Assert.Contains("  - at once: 1-30-3 takes the leader locks for status, analysis, ingress and namespaces from 1-29-6\n", await RunAsync(workspace, 0, "tag", "set", "default", "1-30-3", "--yes"), StringComparison.Ordinal);
        // Once it is there, saying it again needs no yes.
        await RunAsync(workspace, 0, "tag", "set", "default", "1-30-3");
        Assert.Equal(4, (await workspace.RunAsync("tag", "remove", "default")).Code);
        await RunAsync(workspace, 0, "tag", "remove", "default", "--yes");
        Assert.Equal("", await workspace.GitAsync("status", "--porcelain"));
    }

    [Fact]
    public async Task A_tag_that_files_of_the_repository_ask_for_is_not_removed_without_a_yes()
    {
        using var workspace = await CreateAsync();
        await RunAsync(workspace, 0, "tag", "set", "prod", "1-30-3");
        workspace.Write("apps/shop/namespace.yaml", "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels: { istio.io/rev: prod }\n");
        workspace.Write(".hidden/namespace.yaml", "istio.io/rev: prod\n");
        await workspace.CommitAllAsync("Set the tag, and ask for it");
        var before = workspace.Snapshot();
        foreach (var more in (string[][])[[], ["--commit"]])
        {
            var refused = await workspace.RunAsync(["tag", "remove", "prod", .. more]);
            Assert.Equal(4, refused.Code);
            Assert.Contains("asked for by:\n  apps/shop/namespace.yaml:5  Namespace shop\n", refused.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("hidden", refused.Output, StringComparison.Ordinal);
            Assert.Equal("error: files of this repository ask for the tag 'prod', see above; nothing was changed\n  help: label them with a revision first, or add --yes when they are for other clusters\n", refused.Error);
            Assert.Equal(before, workspace.Snapshot());
        }
        var json = await RunAsync(workspace, 0, "tag", "remove", "prod", "--dry-run", "--output", "json");
        Assert.Empty(new JsonSchemaValidator(Schema).Validate(YamlReader.Read(json)!));
        Assert.Equal("Namespace shop", JsonNode.Parse(json)!["askedForBy"]![0]!["object"]!.GetValue<string>());
        Assert.Contains("meshlift/tag-remove/prod/testing", await RunAsync(workspace, 0, "tag", "remove", "prod", "--commit", "--yes"), StringComparison.Ordinal);
        // Moving it is what it is for.
        await RunAsync(workspace, 0, "tag", "set", "prod", "1-29-6");
        await RunAsync(workspace, 0, "tag", "remove", "prod", "--yes");
    }

    [Fact]
    public async Task A_branch_that_moves_the_tag_default_wants_a_yes_though_the_checkout_has_it_already()
    {
        using var workspace = await CreateAsync();
        await RunAsync(workspace, 0, "tag", "set", "default", "1-30-3", "--yes");
        Assert.Equal(4, (await workspace.RunAsync("tag", "set", "default", "1-30-3", "--commit")).Code);
        Assert.Equal("", await workspace.GitAsync("branch", "--list", "meshlift/*"));
        Assert.Equal(1, await workspace.WorktreesAsync());
    }

    [Fact]
    public async Task Several_clusters_move_together_or_not_at_all()
    {
        using var workspace = await CreateAsync();
        foreach (var version in (string[])["1.29.6", "1.30.3"]) await workspace.RenderAsync(version, "--environment", "production");
        await RunAsync(workspace, 0, "tag", "set", "prod", "1-29-6", "--all-clusters");
        await workspace.CommitAllAsync("Set the tag");
        var before = workspace.Snapshot();
        workspace.Replace("clusters/us/istio-system/common/serviceaccount/istio-system/istio-reader-service-account.yaml", "kind: ServiceAccount", "kind: ServiceAccount # edited");
        var edited = workspace.Snapshot();
        Assert.Contains("clusters/us/istio-system/common/", (await workspace.RunAsync("tag", "set", "prod", "1-30-3", "--all-clusters")).Error, StringComparison.Ordinal);
        Assert.Equal(edited, workspace.Snapshot());
        await workspace.GitAsync("checkout", "-q", ".");
        Assert.Equal(before.Split('\n').Where(line => !line.StartsWith(".git", StringComparison.Ordinal)), workspace.Snapshot().Split('\n').Where(line => !line.StartsWith(".git", StringComparison.Ordinal)));
        var output = await RunAsync(workspace, 0, "tag", "set", "prod", "1-30-3", "--cluster", "eu", "--cluster", "us", "--commit");
        Assert.Contains("eu: clusters/eu/istio-system\n  tag prod: from 1-29-6 to 1-30-3\n", output, StringComparison.Ordinal);
        Assert.Contains("us: clusters/us/istio-system\n  tag prod: from 1-29-6 to 1-30-3\n", output, StringComparison.Ordinal);
        Assert.Equal("Point the tag prod at 1-30-3 in eu, us", (await workspace.GitAsync("log", "--format=%s", "--branches", "--not", "main")).TrimEnd());
    }

    [Fact]
    public async Task The_tag_default_is_not_moved_as_a_part_among_others()
    {
        using var workspace = await CreateAsync("1.29.6");
        await RunAsync(workspace, 0, "tag", "set", "default", "1-29-6", "--yes");
        await workspace.RenderAsync("1.30.3");
        foreach (var part in (string[])["tags", "all", "validator"])
        {
            var error = await workspace.RefuseAsync(4, "1.30.3", "--activate", part);
            Assert.Contains($"this would move the {(part == "validator" ? "validator of the tag default" : "tag default")} to 1-30-3", error, StringComparison.Ordinal);
            Assert.Contains("run 'meshlift tag set default 1-30-3'", error, StringComparison.Ordinal);
        }
        await workspace.RenderAsync("1.29.6", "--activate", "all");
    }

    [Fact]
    public async Task Tags_of_the_configuration_come_with_the_first_revision_and_stand_by_in_the_next()
    {
        using var workspace = await CreateAsync("", tags: "tags: [prod, default]\n  controlPlane: { alias: true }");
        Assert.Contains("note ML1036  prod: spec.tags wants this tag", await RunAsync(workspace, 0, "tag", "list"), StringComparison.Ordinal);
        await workspace.RenderAsync("1.29.6");
        foreach (var path in (string[])["service/istio-system/istiod", "service/istio-system/istiod-revision-tag-prod", "mutatingwebhookconfiguration/istio-revision-tag-default", "validatingwebhookconfiguration/istiod-default-validator"])
            Assert.True(File.Exists(workspace[$"{Folder}/active/{path}.yaml"]), path);
        await workspace.RenderAsync("1.30.3");
        Assert.True(File.Exists(workspace[$"{Folder}/1-30-3/standby/service/istio-system/istiod.yaml"]));
        Assert.EndsWith("nothing changes\n", await workspace.RenderAsync("1.29.6"), StringComparison.Ordinal);
        var list = await RunAsync(workspace, 0, "tag", "list");
        Assert.Contains("  default  1-29-6 ", list, StringComparison.Ordinal);
        Assert.Contains("  prod     1-29-6 ", list, StringComparison.Ordinal);

        var refused = await workspace.RunAsync("tag", "remove", "prod");
        Assert.Equal(4, refused.Code);
        Assert.Matches(@"^error: .*meshlift\.yaml:\d+:\d+: the tag 'prod' is wanted, so the next rendering would bring it back\n  help: take it out of spec\.tags first\n$", refused.Error);

        await workspace.RenderAsync("1.30.3", "--activate", "alias");
        Assert.Contains("istio.io/rev: 1-30-3", File.ReadAllText(workspace[$"{Folder}/active/service/istio-system/istiod.yaml"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tag_default_does_not_come_with_an_ordinary_rendering()
    {
        using var workspace = await CreateAsync("1.29.6");
        workspace.Replace("meshlift.yaml", "  environments:", "  tags: [default, prod]\n  environments:");
        await workspace.RenderAsync("1.29.6");
        Assert.True(File.Exists(workspace[$"{Folder}/active/mutatingwebhookconfiguration/istio-revision-tag-prod.yaml"]));
        Assert.False(File.Exists(workspace[$"{Folder}/active/mutatingwebhookconfiguration/istio-revision-tag-default.yaml"]));
        Assert.True(File.Exists(workspace[$"{Folder}/1-29-6/standby/mutatingwebhookconfiguration/istio-revision-tag-default.yaml"]));
        await RunAsync(workspace, 0, "tag", "set", "default", "1-29-6", "--yes");
        Assert.EndsWith("nothing changes\n", await workspace.RenderAsync("1.29.6"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tag set prod 1-31-0", 2, "testing has no revision 1-31-0", "it has 1-29-6, 1-30-3; render another one first, and commit it where --commit is used")]
    [InlineData("tag set 1-29-6 1-30-3", 4, "testing has a revision of the name '1-29-6'", "choose another name for the tag")]
    [InlineData("tag set Prod 1-30-3", 2, "'Prod' is not the name of a tag", "use at most 43 of a-z")]
    [InlineData("tag remove canary", 2, "testing has no tag 'canary'", "it has none at all")]
    [InlineData("tag set prod 1-30-3 --cluster mars", 2, "there is no cluster 'mars'", "the clusters are testing, eu, us")]
    [InlineData("tag set prod 1-30-3 --cluster eu", 2, "eu has no revision 1-30-3", "render a version first")]
    [InlineData("tag set prod", 2, "Required argument 'REVISION' missing for command: 'set'.", "see 'meshlift tag set --help'")]
    [InlineData("tag move prod", 2, "there is no command 'move'", "see 'meshlift tag --help'")]
    [InlineData("tag set prod 1-30-3 --comit", 2, "there is no option '--comit'; did you mean '--commit'?", "see 'meshlift tag set --help'")]
    [InlineData("tag set prod 1-30-3 --dry-run --commit", 2, "--dry-run and --commit exclude each other", "see 'meshlift tag set --help'")]
    [InlineData("tag list --all-clusters --cluster eu", 2, "--cluster, --environment and --all-clusters exclude each other", "see 'meshlift tag list --help'")]
    public async Task What_makes_no_sense_is_refused_and_changes_nothing(string arguments, int code, string message, string remedy)
    {
        using var workspace = await CreateAsync();
        var before = workspace.Snapshot();
        var outcome = await workspace.RunAsync(arguments.Split(' '));
        Assert.Equal(code, outcome.Code);
        Assert.Contains($"error: {message}", outcome.Error, StringComparison.Ordinal);
        Assert.Contains($"  help: {remedy}", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(before, workspace.Snapshot());
    }

    [Fact]
    public async Task Objects_that_do_not_agree_are_a_finding_and_exit_code_1()
    {
        using var workspace = await CreateAsync();
        await RunAsync(workspace, 0, "tag", "set", "prod", "1-30-3");
        workspace.Replace($"{Folder}/active/service/istio-system/istiod-revision-tag-prod.yaml", "    istio.io/rev: 1-30-3\n    istio.io/tag", "    istio.io/rev: 1-29-6\n    istio.io/tag");
        var output = await RunAsync(workspace, 1, "tag", "list");
        Assert.Contains("  error ML1032  prod: its objects do not name the same revision (webhook 1-30-3, service 1-29-6 (but leads elsewhere))", output, StringComparison.Ordinal);
    }

    [IstioDataFact]
    public async Task Kustomize_takes_what_is_applied_and_every_identity_once()
    {
        using var workspace = await Workspace.CreateAsync();
        workspace.Replace("meshlift.yaml", "  environments:", "  tags: [prod, default]\n  controlPlane: { alias: true }\n  environments:");
        foreach (var version in (string[])["1.29.6", "1.30.3"])
        {
            workspace.Write($"vendor/{version}/all.yaml", IstioData.Read($"manifests/{version}/default-rev.yaml"));
            await workspace.RenderAsync(version);
        }
        await workspace.CommitAllAsync("Render");
        var before = workspace.Files();
        foreach (var revision in (string[])["1-30-3", "1-29-6"])
        {
            await RunAsync(workspace, 0, "tag", "set", "prod", revision);
            await RunAsync(workspace, 0, "tag", "set", "default", revision, "--yes");
            foreach (var version in (string[])["1.29.6", "1.30.3"]) Assert.EndsWith("nothing changes\n", await workspace.RenderAsync(version), StringComparison.Ordinal);
            if (Kubectl.Program is null) continue;
            string[] applied = ["common/customresourcedefinition", "common", "1-29-6", "1-30-3", "active"];
            workspace.Write("all/kustomization.yaml", $"resources: [{string.Join(", ", applied.Select(folder => $"../{Folder}/{folder}"))}]\n");
            // Kustomize refuses an identity that stands twice.
            var resources = ManifestStream.Split(await Kubectl.KustomizeAsync(workspace["all"]), "kubectl kustomize");
            Directory.Delete(workspace["all"], recursive: true);
            var of = resources.Where(one => one.Label("istio.io/tag") is not null).ToList();
            Assert.Equal(5, of.Count);
            Assert.All(of, one => Assert.Equal(revision, one.Label("istio.io/rev")));
        }
        Assert.Equal(before, workspace.Files());
    }

    [Fact]
    public async Task Json_is_what_the_schema_says()
    {
        using var workspace = await CreateAsync();
        foreach (var arguments in (string[][])[
            ["tag", "set", "prod", "1-29-6", "--dry-run"], ["tag", "set", "prod", "1-29-6"], ["tag", "list", "--all-clusters"], ["tag", "set", "default", "1-30-3", "--yes"], ["tag", "set", "default", "1-29-6", "--yes", "--commit"], ["tag", "remove", "prod"]])
        {
            var text = await RunAsync(workspace, 0, [.. arguments, "--output", "json"]);
            Assert.Empty(new JsonSchemaValidator(Schema).Validate(YamlReader.Read(text)!));
            if (arguments[1] == "list") Assert.Equal("prod", JsonNode.Parse(text)!["clusters"]![0]!["tags"]![0]!["tag"]!.GetValue<string>());
            if (arguments[1] == "list") await workspace.CommitAllAsync("Set");
        }
    }

    private static async Task<string> RunAsync(Workspace workspace, int code, params string[] arguments)
    {
        var outcome = await workspace.RunAsync(arguments);
        Assert.True(code == outcome.Code, outcome.Error + outcome.Output);
        Assert.Equal("", outcome.Error);
        return outcome.Output;
    }

    private static async Task<Workspace> CreateAsync(string versions = "1.29.6 1.30.3", string tags = "")
    {
        var workspace = await Workspace.CreateAsync();
        if (tags.Length > 0) workspace.Replace("meshlift.yaml", "  environments:", $"  {tags}\n  environments:");
        foreach (var version in (string[])["1.29.6", "1.30.3"]) workspace.Write($"vendor/{version}/all.yaml", TagStream.Of(version, version.Replace('.', '-')));
        foreach (var version in versions.Split(' ', StringSplitOptions.RemoveEmptyEntries)) await workspace.RenderAsync(version);
        await workspace.CommitAllAsync("Render");
        return workspace;
    }

    private static string FindSchema()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Meshlift.slnx"))) folder = folder.Parent;
        return Path.Combine(folder.FullName, "schemas", "tag.schema.json");
    }
}
