using System.Collections.Immutable;
using System.Collections.Concurrent;
using Meshlift.Adapters.Forges;
using Meshlift.Adapters.Forges.Web;
using Meshlift.Adapters.Git;
using Meshlift.Core.Commits;
using Meshlift.Core.Configuration;
using Meshlift.Core.Forges;
using Meshlift.Tests.Releases;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Meshlift.Tests.Forges;

/// <summary>A forge on the loopback address that answers as the test says, and remembers what it was asked.</summary>
internal sealed class ForgeServer : IAsyncDisposable
{
    public const string Secret = "s3cr3t-t0ken";

    public static readonly BranchName Branch = BranchName.For("migrate", "a-tenth", "checkout");

    private readonly ConcurrentDictionary<string, ConcurrentQueue<Func<HttpContext, Task>>> _answers = new(StringComparer.Ordinal);
    private static readonly HttpClient Client = ForgeWeb.Client();
    private LoopbackServer _server = null!;

    public PatientClock Clock { get; } = new();

    /// <summary>What was asked: method, path with query, and body.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>The token headers that came.</summary>
    public ConcurrentQueue<string> Tokens { get; } = new();

    public Uri Address => _server.Address;

    public static async Task<ForgeServer> StartAsync()
    {
        var forge = new ForgeServer();
        forge._server = await LoopbackServer.StartAsync(app => app.Run(forge.AnswerAsync));
        return forge;
    }

    public static ChangeRequest Wanted { get; } = new(Branch, BranchName.Parse("main"), "Move checkout to 1-30-3", "What happens.\n")
    {
        Labels = ["meshlift"], Reviewers = ["jane"], Teams = ["shops"],
    };

    /// <summary>Answers a request with JSON. The last answer of a request stays; the ones before it are given once.</summary>
    public ForgeServer On(string request, string json, int status = 200, params (string Name, string Value)[] headers) => On(request, async context =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers) context.Response.Headers[name] = value;
        context.Response.ContentType = "application/json";
        if (status != 204) await context.Response.WriteAsync(json);
    });

    public ForgeServer On(string request, Func<HttpContext, Task> answer)
    {
        _answers.GetOrAdd(request, _ => new()).Enqueue(answer);
        return this;
    }

    /// <summary>The forge as configured.</summary>
    public IForge Open(ForgeKind kind = ForgeKind.GitHub, TokenSpec? token = null, Dictionary<string, string>? environment = null, string folder = "/") =>
        new ForgeAccess(Client, new GitProgram(Clock), folder, Clock, environment ?? new(StringComparer.Ordinal) { [kind.ToString().ToUpperInvariant() + "_TOKEN"] = Secret }).Open(
            new RepositorySpec("shop", GitRemote.Parse("git@example.com:acme/shop.git"), kind, "acme/shop", [], [], ImmutableSortedDictionary<string, ImmutableArray<PathGlob>>.Empty, Api: new Uri(Address, "api"), Token: token));

    public int Count(string start) => Asked.Count(request => request.StartsWith(start, StringComparison.Ordinal));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var request = $"{context.Request.Method} {context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget.Replace("/api/", "", StringComparison.Ordinal)}";
        Asked.Enqueue($"{request} {await reader.ReadToEndAsync()}".TrimEnd());
        Tokens.Enqueue(context.Request.Headers.Authorization.ToString());
        var key = _answers.Keys.Where(key => request.StartsWith(key, StringComparison.Ordinal)).MaxBy(key => key.Length);
        if (key is null)
        {
            context.Response.StatusCode = 404;
            await context.Response.WriteAsync("""{"message":"Not Found"}""");
            return;
        }
        var queue = _answers[key];
        var answer = queue.Count > 1 && queue.TryDequeue(out var next) ? next : queue.First();
        await answer(context);
    }
}
