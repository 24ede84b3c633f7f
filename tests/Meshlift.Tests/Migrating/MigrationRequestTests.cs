using System.Text.Json;
using Meshlift.Adapters.Forges;
using Meshlift.Adapters.Git;
using Meshlift.Core.Configuration;
using Meshlift.Core.Enrolment;
using Meshlift.Core.Forges;
using Meshlift.Tests.CommandLine;

namespace Meshlift.Tests.Migrating;

/// <summary><c>meshlift migrate --pull-request</c> on forges that are folders.</summary>
public sealed class MigrationRequestTests(MigrateCommandTests.Rendered rendered) : IClassFixture<MigrateCommandTests.Rendered>
{
    [Fact]
    public async Task Each_owner_is_asked_once_and_a_no_is_remembered()
    {
        using var mesh = await CloneAsync();
        var first = await RunAsync(mesh, 0);
        Assert.Equal([("platform", 1, "open"), ("shop", 1, "open")], first.Select(change => (change.GetProperty("repository").GetString()!, Request(change).GetProperty("number").GetInt32(), Request(change).GetProperty("state").GetString()!)));
        Assert.Equal("platform", Request(first[0]).GetProperty("teams")[0].GetString());
        var forge = Forge(mesh.Shop);
        var asked = Assert.Single(await forge.AllAsync(default));
        Assert.Equal(("Move shop to Istio 1-30-3", "main", "meshlift"), (asked.Title, asked.Base, asked.Labels.Single()));
        Assert.Contains("## How to go back", asked.Body, StringComparison.Ordinal);

        Assert.Equal([1, 1], (await RunAsync(mesh, 0)).Select(change => Request(change).GetProperty("number").GetInt32()));
        Assert.Single(await forge.AllAsync(default));

        await forge.RefuseAsync(asked, default);
        var refused = await RunAsync(mesh, 4);
        Assert.Equal(("refused", true), (refused[1].GetProperty("result").GetString(), refused[1].GetProperty("refusal").GetString()!.Contains("a person closed pull request 1", StringComparison.Ordinal)));
        Assert.Equal("open", Request(refused[0]).GetProperty("state").GetString());
        Assert.Equal(ChangeState.Refused, Assert.Single(await forge.AllAsync(default)).State);
    }

    [Fact]
    public async Task What_was_merged_is_not_proposed_again()
    {
        using var mesh = await CloneAsync();
        await RunAsync(mesh, 0);
        foreach (var checkout in (Workspace[])[mesh.Platform, mesh.Shop])
        {
            var request = Assert.Single(await Forge(checkout).AllAsync(default));
            await Forge(checkout).MergeAsync(request, MergeMethod.Merge, default);
            await checkout.GitAsync("pull", "-q", "--ff-only");
        }
        Assert.Empty(await RunAsync(mesh, 0));
        Assert.Contains("istio.io/rev: 1-30-3", await File.ReadAllTextAsync(Path.Combine(mesh.Shop.Root, "deploy", "shop.yaml")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_whose_forge_is_not_known_is_told()
    {
        using var mesh = await rendered.CloneAsync();
        var outcome = await mesh.Platform.RunAsync("migrate", "--pull-request");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("it is not known where the pull requests of the repository 'platform' are", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ForgeKind.GitHub, "jane", "platform")]
    [InlineData(ForgeKind.GitLab, "jane", "acme/platform")]
    public void Owners_are_asked_as_the_forge_calls_them(ForgeKind forge, string person, string team)
    {
        var reviewers = Reviewers.Of(["@jane", "@acme/platform", "ops@example.com", "@jane", "@"], forge);
        Assert.Equal(person, Assert.Single(reviewers.People));
        Assert.Equal(team, Assert.Single(reviewers.Teams));
        Assert.Equal("ops@example.com @", string.Join(" ", reviewers.Unreachable));
    }

    private async Task<ClonedMesh> CloneAsync()
    {
        var mesh = await rendered.CloneAsync();
        var file = Path.Combine(mesh.Platform.Root, "meshlift.yaml");
        var text = (await File.ReadAllTextAsync(file)).Replace(
            "  repositories: [{ name: shop, url: ../shop, forge: local, namespaces: [shop] }]", "  repositories: [{ name: platform, url: ../platform.git, forge: local }, { name: shop, url: ../shop.git, forge: local, namespaces: [shop] }]", StringComparison.Ordinal);
        mesh.Platform.Write("meshlift.yaml", text);
        await mesh.Platform.CommitAllAsync("Name the forges");
        await mesh.Platform.GitAsync("push", "-q", "origin", "main");
        return mesh;
    }

    private static async Task<List<JsonElement>> RunAsync(ClonedMesh mesh, int code)
    {
        var outcome = await mesh.Platform.RunAsync("migrate", "--pull-request", "--checkout", $"shop={mesh.Shop.Root}", "--output", "json");
        Assert.True(outcome.Code == code, outcome.Error + outcome.Output);
        return [.. PublishedSchema.AssertFits("migrate", outcome.Output).GetProperty("changes").EnumerateArray()];
    }

    private static JsonElement Request(JsonElement change) => change.GetProperty("pullRequest");

    private static LocalForge Forge(Workspace checkout) => new(new GitProgram(TimeProvider.System), checkout.Root + ".git");
}
