using System.IO.Compression;
using System.Text;
using Meshlift.Adapters.Manifests;
using Meshlift.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Meshlift.Tests.CommandLine;

/// <summary>Manifests behind an address, over real HTTP.</summary>
public sealed class DownloadTests
{
    [Fact]
    public async Task A_stream_is_read_from_an_address_also_compressed_and_behind_a_redirect()
    {
        await using var server = await LoopbackServer.StartAsync(app =>
        {
            app.MapGet("/latest/{version}.yaml", (string version) => Results.Redirect($"/store/{version}.yaml"));
            app.MapGet("/store/{version}.yaml", async (string version, HttpContext context) =>
            {
                Assert.Contains("gzip", context.Request.Headers.AcceptEncoding.ToString(), StringComparison.Ordinal);
                context.Response.Headers.ContentEncoding = "gzip";
                await using var packed = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
                await packed.WriteAsync(Encoding.UTF8.GetBytes(Workspace.Stream(version)));
            });
        });
        using var workspace = await Workspace.CreateAsync(manifests: $"{server.Address}latest/${{version}}.yaml?token=s3cret#part");
        var output = await workspace.RenderAsync("1.30.3");
        Assert.StartsWith($"Istio 1.30.3 as revision 1-30-3, from {server.Address}latest/1.30.3.yaml?...\n", output, StringComparison.Ordinal);
        Assert.Contains($"source: {server.Address}latest/1.30.3.yaml?...\n", File.ReadAllText(workspace["meshlift.lock.yaml"]), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", output, StringComparison.Ordinal);
        foreach (var file in Directory.GetFiles(workspace["clusters"], "*", SearchOption.AllDirectories))
            Assert.DoesNotContain("s3cret", File.ReadAllText(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, "does not exist (404)", "check the version")]
    [InlineData(500, "answered 500 Internal Server Error", "try again later")]
    [InlineData(401, "answered 401 Unauthorized", "fetch the file yourself")]
    [InlineData(403, "answered 403 Forbidden", "fetch the file yourself")]
    [InlineData(418, "answered 418 I'm a teapot", "open the address by hand")]
    public async Task An_answer_that_is_none_is_told_with_its_address(int code, string message, string remedy)
    {
        await using var server = await LoopbackServer.StartAsync(app => app.MapGet("/{file}", () => Results.StatusCode(code)));
        using var workspace = await Workspace.CreateAsync(manifests: $"{server.Address}${{version}}.yaml?key=s3cret");
        var error = await workspace.RefuseAsync(3, "1.30.3");
        Assert.StartsWith($"error: {server.Address}1.30.3.yaml?... {message}\n", error, StringComparison.Ordinal);
        Assert.Contains(remedy, error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_in_place_of_the_file_is_told_with_its_address()
    {
        await using var server = await LoopbackServer.StartAsync(app => app.MapGet("/{file}", () => Results.Text("\n<html><title>Please log in</title>", "text/html")));
        using var workspace = await Workspace.CreateAsync(manifests: $"{server.Address}${{version}}.yaml");
        var error = await workspace.RefuseAsync(2, "1.30.3");
        Assert.StartsWith($"error: {server.Address}1.30.3.yaml is an HTML or XML page, beginning '<html><title>Please log in</title>', not YAML\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_with_the_cause()
    {
        Uri address;
        await using (var server = await LoopbackServer.StartAsync(_ => { })) address = server.Address;
        using var workspace = await Workspace.CreateAsync(manifests: $"{address}${{version}}.yaml");
        var error = await workspace.RefuseAsync(3, "1.30.3");
        Assert.StartsWith($"error: cannot read {address}1.30.3.yaml: Connection refused", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_range_needs_a_source_that_can_be_listed()
    {
        using var workspace = await Workspace.CreateAsync(manifests: "http://127.0.0.1:9/${version}.yaml?token=s3cret");
        var error = await workspace.RefuseAsync(2);
        Assert.StartsWith("error: the range '1.30.*' of spec.istio.versions is not one version, and what http://127.0.0.1:9/${version}.yaml?... holds cannot be listed\n", error, StringComparison.Ordinal);
        Assert.Contains("meshlift render 1.30.3", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirects_without_end_and_to_secret_places_are_told()
    {
        await using var server = await LoopbackServer.StartAsync(app => app.MapGet("/{file}", () => Results.Redirect("https://ann:s3cret@login.example.com/?session=s3cret")));
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var error = await Assert.ThrowsAsync<UserException>(() => ManifestDownload.ReadAsync(http, new Uri(server.Address, "all.yaml"), 1 << 20, default));
        Assert.Equal($"{server.Address}all.yaml answered 302 Found", error.Message);
        Assert.Contains("it leads to https://login.example.com/?...", error.Remedy, StringComparison.Ordinal);
        await using var circle = await LoopbackServer.StartAsync(app => app.MapGet("/{file}", (string file) => Results.Redirect($"/x{file}")));
        using var workspace = await Workspace.CreateAsync(manifests: $"{circle.Address}${{version}}.yaml");
        Assert.StartsWith($"error: {circle.Address}1.30.3.yaml answered 302 Found\n", await workspace.RefuseAsync(3, "1.30.3"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_larger_than_allowed_is_not_read_to_its_end(bool announced)
    {
        const int Largest = 2 << 20;
        await using var server = await LoopbackServer.StartAsync(app => app.MapGet("/all.yaml", async context =>
        {
            if (announced) context.Response.ContentLength = 1L << 40;
            // The answer has no end: a client that wants to see it never comes back.
            var block = new byte[1 << 16];
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(block, context.RequestAborted);
        }));
        var error = await Assert.ThrowsAsync<UserException>(() => ManifestDownload.ReadAsync(server.Client, new Uri(server.Address, "all.yaml"), Largest, default).WaitAsync(MeshliftProcess.Bound));
        Assert.Equal((ErrorKind.Environment, $"{server.Address}all.yaml is larger than 2 MiB"), (error.Kind, error.Message));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_never_answers_or_never_ends_is_given_up(bool begins)
    {
        await using var server = await LoopbackServer.StartAsync(app => app.MapGet("/all.yaml", async context =>
        {
            if (begins) await context.Response.WriteAsync("apiVersion: v1\n");
            await Forever(context.RequestAborted);
        }));
        server.Client.Timeout = TimeSpan.FromMilliseconds(200);
        var error = await Assert.ThrowsAsync<UserException>(() => ManifestDownload.ReadAsync(server.Client, new Uri(server.Address, "all.yaml"), 1 << 20, default).WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal((ErrorKind.Environment, $"{server.Address}all.yaml was not read within 0.2 seconds"), (error.Kind, error.Message));
    }

    [Fact]
    public async Task A_connection_that_breaks_is_told()
    {
        await using var server = await LoopbackServer.StartAsync(app => app.MapGet("/all.yaml", async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("apiVersion: v1\n");
            await context.Response.Body.FlushAsync();
            context.Abort();
        }));
        var error = await Assert.ThrowsAsync<UserException>(() => ManifestDownload.ReadAsync(server.Client, new Uri(server.Address, "all.yaml"), 1 << 20, default));
        Assert.StartsWith($"cannot read {server.Address}all.yaml: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://host/a.yaml", "https://host/a.yaml")]
    [InlineData("https://ann@host/a.yaml", "https://host/a.yaml")]
    [InlineData("https://ann:p@ss@host:8443/a@b.yaml", "https://host:8443/a@b.yaml")]
    [InlineData("https://ann:pw@host", "https://host")]
    [InlineData("https://host", "https://host")]
    [InlineData("https://host?sig=x", "https://host?...")]
    [InlineData("https://host/a?b=/c@d", "https://host/a?...")]
    [InlineData("https://host/a#access_token=x", "https://host/a")]
    public void Secrets_of_an_address_are_not_shown(string address, string shown) => Assert.Equal(shown, ManifestReader.Shown(address));

    private static Task Forever(CancellationToken until) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, until);
}
