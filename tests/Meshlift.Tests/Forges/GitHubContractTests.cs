using System.Collections.Immutable;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Meshlift.Adapters.Forges;
using Meshlift.Adapters.Git;
using Meshlift.Core.Commits;
using Meshlift.Core.Configuration;
using Meshlift.Core.Forges;

namespace Meshlift.Tests.Forges;

/// <summary>Every request to GitHub against GitHub's own description of it, and the examples there against what is read of answers.</summary>
public sealed class GitHubContractTests
{
    private static readonly ChangeRequest Wanted = new(BranchName.Parse("new-topic"), BranchName.Parse("main"), "Title", "Body") { Labels = ["meshlift"], Reviewers = ["jane"], Teams = ["shops"], Draft = true };

    [PrismFact]
    public async Task GitHubs_description_allows_all_that_is_asked_and_its_examples_are_understood()
    {
        using var folder = new TempFolder();
        using var key = RSA.Create(2048);
        folder.Write("app.pem", key.ExportRSAPrivateKeyPem());
        await using var prism = await PrismServer.StartAsync();
        using var recorder = new Recorder();
        using var http = new HttpClient(recorder);
        var git = new GitProgram(TimeProvider.System);
        IForge Open(TokenSpec token) => new ForgeAccess(http, git, folder.Path, TimeProvider.System, new Dictionary<string, string>(StringComparer.Ordinal) { ["TOKEN"] = "t" }).Open(
            new RepositorySpec("hello", GitRemote.Parse("../hello"), ForgeKind.GitHub, "octocat/Hello-World", [], [], ImmutableSortedDictionary<string, ImmutableArray<PathGlob>>.Empty, Api: prism.Address, Token: token));

        var forge = Open(new TokenSpec.Variable("TOKEN"));
        Assert.Equal("octocat/Hello-World", (await forge.RepositoryAsync(default)).Name);
        var found = (await forge.FindAsync(Wanted.Branch, default))!;
        Assert.Equal((1347, ChangeState.Open, "new-topic"), (found.Number, found.State, found.Branch));
        await forge.OpenAsync(Wanted, default);
        await forge.OpenAsync(Wanted with { Branch = BranchName.Parse("meshlift/migrate/x") }, default);
        await forge.CommentOnceAsync(found, "deadline", "7 days", default);
        await forge.RequestReviewAsync(found, ["jane"], ["shops"], default);
        Assert.NotEmpty((await forge.ChecksAsync(found, default)).All);
        await forge.MergeAsync(found, MergeMethod.Squash, default);
        await forge.CloseAsync(found, "No longer needed.", default);
        // The mock keeps nothing, so no comment of ours is ever there to be edited.
        using var edit = await http.PatchAsync(new Uri(prism.Address, "repos/octocat/Hello-World/issues/comments/1"), new StringContent("""{"body":"x"}""", System.Text.Encoding.UTF8, "application/json"));
        // The description's example of a token ended in 2016, and so is asked for before each request.
        Assert.Equal("octocat/Hello-World", (await Open(new TokenSpec.App("12345", 1, "app.pem")).RepositoryAsync(default)).Name);

        Assert.Empty(recorder.Violations);
        Assert.Equal(
            ["GET", "PATCH", "POST", "PUT"], recorder.Methods.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    /// <summary>Notes what the mock server says of requests. What it says of its own examples, some of which lack a field, is no concern of ours.</summary>
    private sealed class Recorder() : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        public ConcurrentQueue<string> Violations { get; } = new();

        public ConcurrentQueue<string> Methods { get; } = new();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Methods.Enqueue(request.Method.Method);
            var response = await base.SendAsync(request, cancellationToken);
            if (response.Headers.TryGetValues("sl-violations", out var values))
                foreach (var value in values.Where(value => value.Contains("[\"request\"", StringComparison.Ordinal)))
                    Violations.Enqueue($"{request.Method} {request.RequestUri!.PathAndQuery}: {value}");
            // The example of a next page leads to api.github.com itself.
            response.Headers.Remove("Link");
            if (!response.IsSuccessStatusCode) Violations.Enqueue($"{request.Method} {request.RequestUri!.PathAndQuery}: {(int)response.StatusCode}");
            return response;
        }
    }
}
