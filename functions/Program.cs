using Microsoft.Extensions.Hosting;
using Shop;

ShopApplication.CreateBuilder(args).Build().Run();
