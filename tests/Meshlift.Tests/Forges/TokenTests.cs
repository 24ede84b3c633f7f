using System.Collections.Immutable;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Meshlift.Core;
using Meshlift.Core.Configuration;
using Meshlift.Core.Forges;

namespace Meshlift.Tests.Forges;

public sealed class TokenTests
{
    [Fact]
    public async Task A_token_comes_from_a_variable_that_can_be_named()
    {
        await using var server = await GitHubForgeTests.StartAsync("acme/shop");
        await server.Open(token: new TokenSpec.Variable("SHOPS"), environment: new() { ["SHOPS"] = "from-shops" }).RepositoryAsync(default);
        Assert.Equal("Bearer from-shops", server.Tokens.Last());
        var error = await Assert.ThrowsAsync<UserException>(() => server.Open(environment: []).RepositoryAsync(default));
        Assert.Equal("there is no token: the variable GITHUB_TOKEN is not set", error.Message);
        error = await Assert.ThrowsAsync<UserException>(() => server.Open(environment: new() { ["GITHUB_TOKEN"] = "two words" }).RepositoryAsync(default));
        Assert.DoesNotContain("two words", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_written_anew_is_read_anew()
    {
        using var folder = new TempFolder();
        folder.Write("token", "first\n");
        await using var server = await GitHubForgeTests.StartAsync("acme/shop");
        server.On("GET repos/acme/shop/pulls?", context =>
        {
            folder.Write("token", "second\n");
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        }).On("GET repos/acme/shop/pulls?", "[]");
        Assert.Null(await server.Open(token: new TokenSpec.TokenFile("token"), folder: folder.Path).FindAsync(ForgeServer.Branch, default));
        Assert.Equal(["Bearer first", "Bearer first", "Bearer second"], server.Tokens);
    }

    [Fact]
    public async Task A_program_is_run_once_and_again_when_its_token_is_not_taken()
    {
        using var folder = new TempFolder();
        folder.WriteProgram("login", "#!/bin/sh\necho \"$1\" >> runs\necho \"token-$(wc -l < runs | tr -d ' ')\"\n");
        await using var server = await GitHubForgeTests.StartAsync("acme/shop");
        server.On("GET repos/acme/shop/pulls?", "[]").On("GET repos/acme/shop/pulls?", "{}", 401).On("GET repos/acme/shop/pulls?", "[]");
        var forge = server.Open(token: new TokenSpec.Command(["./login", "a b; c"]), folder: folder.Path, environment: new() { ["PATH"] = Environment.GetEnvironmentVariable("PATH")! });
        for (var i = 0; i < 2; i++) await forge.FindAsync(ForgeServer.Branch, default);
        Assert.Equal(["Bearer token-1", "Bearer token-1", "Bearer token-1", "Bearer token-2"], server.Tokens);
        Assert.Equal("a b; c\na b; c\n", await File.ReadAllTextAsync(folder["runs"]));
    }

    [Fact]
    public async Task An_App_signs_for_a_token_of_its_installation_and_keeps_it_until_shortly_before_it_ends()
    {
        using var folder = new TempFolder();
        using var key = RSA.Create(2048);
        folder.Write("app.pem", key.ExportRSAPrivateKeyPem());
        await using var server = await GitHubForgeTests.StartAsync("acme/shop");
        var ends = server.Clock.GetUtcNow().AddHours(1);
        server.On("POST app/installations/678/access_tokens", $$"""{"token":"installed","expires_at":"{{ends:yyyy-MM-ddTHH:mm:ssZ}}"}""", 201).On("GET repos/acme/shop/pulls?", "[]");
        var forge = server.Open(token: new TokenSpec.App("12345", 678, "app.pem"), folder: folder.Path);
        for (var i = 0; i < 2; i++) await forge.FindAsync(ForgeServer.Branch, default);
        Assert.Equal("POST app/installations/678/access_tokens {\"repositories\":[\"shop\"]}", server.Asked.First());
        Assert.Equal(["Bearer installed", "Bearer installed", "Bearer installed"], server.Tokens.Skip(1));
        var jwt = server.Tokens.First()["Bearer ".Length..].Split('.');
        Assert.True(key.VerifyData(Encoding.ASCII.GetBytes($"{jwt[0]}.{jwt[1]}"), Base64Url.DecodeFromChars(jwt[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(jwt[1]))!;
        var now = server.Clock.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal(("12345", now - 60, now + 540), (claims["iss"]!.GetValue<string>(), claims["iat"]!.GetValue<long>(), claims["exp"]!.GetValue<long>()));
    }

    [Fact]
    public async Task A_token_of_an_App_that_is_about_to_end_is_not_used_any_more()
    {
        using var folder = new TempFolder();
        using var key = RSA.Create(2048);
        folder.Write("app.pem", key.ExportPkcs8PrivateKeyPem());
        await using var server = await GitHubForgeTests.StartAsync("acme/shop");
        server.On("POST app/installations/678/access_tokens", $$"""{"token":"short","expires_at":"{{server.Clock.GetUtcNow().AddSeconds(90):yyyy-MM-ddTHH:mm:ssZ}}"}""", 201).On("GET repos/acme/shop/pulls?", "[]");
        await server.Open(token: new TokenSpec.App("12345", 678, "app.pem"), folder: folder.Path).FindAsync(ForgeServer.Branch, default);
        Assert.Equal(2, server.Count("POST app/"));
        folder.Write("app.pem", "no key");
        var error = await Assert.ThrowsAsync<UserException>(() => server.Open(token: new TokenSpec.App("12345", 678, "app.pem"), folder: folder.Path).RepositoryAsync(default));
        Assert.Contains("holds no private RSA key", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ForgeKind.GitHub, "git@github.com:acme/shop.git", null, "https://api.github.com/")]
    [InlineData(ForgeKind.GitHub, "https://git.example.com/acme/shop.git", null, "https://git.example.com/api/v3/")]
    [InlineData(ForgeKind.GitLab, "ssh://git@gitlab.example.com:2222/acme/shop.git", null, "https://gitlab.example.com/api/v4/")]
    [InlineData(ForgeKind.Gitea, "https://git.example.com:3000/acme/shop.git", null, "https://git.example.com:3000/api/v1/")]
    [InlineData(ForgeKind.GitLab, "../shop.git", "https://example.com/gitlab/api/v4", "https://example.com/gitlab/api/v4/")]
    [InlineData(ForgeKind.GitLab, "../shop.git", null, "cannot be told from where it is cloned")]
    [InlineData(ForgeKind.GitLab, "../shop.git", "http://example.com/api/v4", "without TLS")]
    [InlineData(ForgeKind.GitLab, "../shop.git", "http://127.0.0.1:8080", "http://127.0.0.1:8080/")]
    public void The_address_of_the_API_is_told_from_that_of_the_repository(ForgeKind forge, string url, string? api, string expected)
    {
        var repository = new RepositorySpec("shop", GitRemote.Parse(url), forge, "acme/shop", [], [], ImmutableSortedDictionary<string, ImmutableArray<PathGlob>>.Empty, Api: api is null ? null : new Uri(api));
        if (expected.StartsWith("http", StringComparison.Ordinal)) Assert.Equal(expected, ForgeAddress.Of(repository).AbsoluteUri);
        else Assert.Contains(expected, Assert.Throws<UserException>(() => ForgeAddress.Of(repository)).Message, StringComparison.Ordinal);
    }
}
